import queue


class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
        self.messages = queue.SimpleQueue()

    def set_message(self, message):
        if self.messages.qsize() <= self.capacity:
            self.messages.put(message)
        else:
            self.messages.put(message, timeout=1)

    def get_message(self):
        return self.messages.get()
