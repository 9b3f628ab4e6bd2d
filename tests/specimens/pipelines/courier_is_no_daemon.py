import queue
import threading


class Pipeline:
    def __init__(self, capacity):
        self.room = threading.BoundedSemaphore(capacity)
        self.inbox = queue.Queue()
        self.outbox = queue.Queue()
        self.courier = threading.Thread(target=self._carry, name="courier")
        self.courier.start()

    def _carry(self):
        for message in iter(self.inbox.get, None):
            self.outbox.put(message)

    def set_message(self, message):
        self.room.acquire()
        self.inbox.put(message)

    def get_message(self):
        message = self.outbox.get()
        self.room.release()
        return message
