import time


class TicketLock:
    def __init__(self):
        self.next_ticket = 0
        self.now_serving = 0

    def acquire(self):
        ticket = self.next_ticket
        self.next_ticket = ticket + 1
        while self.now_serving != ticket:
            time.sleep(0)

    def release(self):
        self.now_serving += 1


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.lock = TicketLock()

    def set_message(self, message):
        done = False
        while not done:
            self.lock.acquire()
            if len(self.items) < self.capacity:
                self.items.append(message)
                done = True
            self.lock.release()

    def get_message(self):
        message = None
        while message is None:
            self.lock.acquire()
            if self.items:
                message = self.items.pop(0)
            self.lock.release()
        return message
