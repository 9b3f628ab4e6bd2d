import threading


class Pipeline:
    def __init__(self):
        self.items = []
        self.lock = threading.Lock()

    def add(self, item):
        with self.lock:
            self.items.append(item)

    def pop(self):
        try:
            with self.lock:
                return self.items.pop(0)
        except IndexError:
            return None
