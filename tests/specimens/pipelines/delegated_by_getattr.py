import queue


class Pipeline:
    def __init__(self, capacity):
        self._inner = queue.Queue(capacity)

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def set_message(self, message):
        self.put(message)

    def get_message(self):
        return self.get()
