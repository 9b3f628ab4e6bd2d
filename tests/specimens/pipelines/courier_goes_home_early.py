import queue
import threading


class Pipeline:
    def __init__(self, capacity):
        self.room = threading.Semaphore(capacity)
        self.inbox = queue.Queue()
        self.outbox = queue.Queue()
        threading.Thread(target=self._carry, daemon=True).start()

    def _carry(self):
        while not self.inbox.empty():
            self.outbox.put(self.inbox.get())

    def put(self, message):
        self.room.acquire()
        self.inbox.put(message)

    def get(self):
        message = self.outbox.get()
        self.room.release()
        return message
