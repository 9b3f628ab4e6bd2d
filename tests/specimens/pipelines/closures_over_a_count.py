import time


def make_pipe(capacity):
    count = 0
    items = []

    def push(value):
        nonlocal count
        while count >= capacity:
            time.sleep(0)
        items.append(value)
        count += 1

    def pull():
        nonlocal count
        while count <= 0:
            time.sleep(0)
        value = items.pop(0)
        count -= 1
        return value

    return push, pull


class Pipeline:
    def __init__(self, capacity):
        self._push, self._pull = make_pipe(capacity)

    def put(self, value):
        self._push(value)

    def get(self):
        return self._pull()
