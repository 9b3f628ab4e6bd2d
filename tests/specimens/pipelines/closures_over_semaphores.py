import threading


def make_pipe(capacity):
    cells = [None] * capacity
    room, stock = threading.Semaphore(capacity), threading.Semaphore(0)
    mutex = threading.Lock()
    head = tail = 0

    def push(value):
        nonlocal tail
        with room_taken(), mutex:
            cells[tail] = value
            tail = (tail + 1) % capacity
        stock.release()

    def pull():
        nonlocal head
        stock.acquire()
        with mutex:
            value = cells[head]
            head = (head + 1) % capacity
        room.release()
        return value

    class room_taken:
        def __enter__(self):
            room.acquire()

        def __exit__(self, *exc_info):
            pass

    return push, pull


class Pipeline:
    def __init__(self, capacity):
        self._push, self._pull = make_pipe(capacity)

    def put(self, value):
        self._push(value)

    def get(self):
        return self._pull()
