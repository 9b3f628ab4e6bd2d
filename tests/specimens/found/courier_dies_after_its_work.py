import queue
import threading


class Pipeline:
    def __init__(self):
        self.inbox = queue.Queue(1)
        self.outbox = queue.Queue(1)
        self.turn = threading.Semaphore(1)

    def carry(self):
        item = self.inbox.get()
        self.outbox.put(item)
        raise RuntimeError("one letter a courier")

    def send(self, item):
        self.turn.acquire()
        threading.Thread(target=self.carry).start()
        self.inbox.put(item)

    def receive(self):
        item = self.outbox.get()
        self.turn.release()
        return item
