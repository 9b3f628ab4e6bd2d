import threading


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.lock = threading.Lock()
        self.has_items = threading.Event()
        self.has_room = threading.Event()
        self.has_room.set()
        self.items = []

    def _update(self):
        for event, state in ((self.has_items, bool(self.items)), (self.has_room, len(self.items) < self.capacity)):
            if state:
                event.set()
            else:
                event.clear()

    def set_message(self, message):
        while True:
            self.has_room.wait()
            with self.lock:
                if len(self.items) < self.capacity:
                    self.items.append(message)
                    self._update()
                    return

    def get_message(self):
        while True:
            self.has_items.wait()
            with self.lock:
                if self.items:
                    message = self.items.pop(0)
                    self._update()
                    return message
