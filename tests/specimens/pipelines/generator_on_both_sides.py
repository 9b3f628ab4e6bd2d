import time


def buffer(capacity):
    items = []
    reply = None
    while True:
        command, value = yield reply
        if command == "put":
            reply = len(items) < capacity
            if reply:
                items.append(value)
        else:
            reply = items.pop(0) if items else None


class Pipeline:
    def __init__(self, capacity):
        self.buffer = buffer(capacity)
        next(self.buffer)

    def put(self, message):
        while not self.buffer.send(("put", message)):
            time.sleep(0)

    def get(self):
        while True:
            message = self.buffer.send(("get", None))
            if message is not None:
                return message
            time.sleep(0)
