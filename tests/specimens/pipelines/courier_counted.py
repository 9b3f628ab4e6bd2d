import queue
import threading


class Pipeline:
    def __init__(self, capacity):
        self.room = threading.Semaphore(capacity)
        self.inbox = queue.SimpleQueue()
        self.outbox = queue.SimpleQueue()
        threading.Thread(target=self._carry, daemon=True).start()

    def _carry(self):
        while True:
            self.outbox.put(self.inbox.get())

    def set_message(self, message):
        self.room.acquire()
        self.inbox.put(message)

    def get_message(self):
        message = self.outbox.get()
        self.room.release()
        return message
