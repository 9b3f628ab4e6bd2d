import queue


class Pipeline:
    def __init__(self, capacity):
        self.messages = queue.LifoQueue(capacity)

    def set_message(self, message):
        self.messages.put(message)

    def get_message(self):
        return self.messages.get()
