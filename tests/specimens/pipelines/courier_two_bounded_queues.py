import queue
import threading


class Pipeline:
    def __init__(self, capacity):
        self.inbox = queue.Queue(capacity)
        self.outbox = queue.Queue(capacity)
        self.courier = threading.Thread(target=self.carry)
        self.courier.daemon = True
        self.courier.start()

    def carry(self):
        while True:
            message = self.inbox.get()
            self.outbox.put(message)

    def set_message(self, message):
        self.inbox.put(message)

    def get_message(self):
        return self.outbox.get()
