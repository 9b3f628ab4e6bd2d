import threading


class Pipeline:
    def __init__(self):
        self.lock = threading.Lock()
        self.has_items = threading.Event()
        self.items = []

    def set_message(self, message):
        with self.lock:
            self.items.append(message)
        self.has_items.set()

    def get_message(self):
        while True:
            self.has_items.wait()
            with self.lock:
                if self.items:
                    return self.items.pop(0)
            self.has_items.clear()
