import threading


class Pipeline:
    def __init__(self, capacity):
        self.places = threading.BoundedSemaphore(capacity)
        self.filled = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.items = []

    def set_message(self, message):
        self.places.acquire()
        with self.lock:
            self.items.append(message)
        self.filled.release()

    def get_message(self):
        self.filled.acquire()
        with self.lock:
            message = self.items.pop(0)
        self.places.release()
        return message
