from queue import Queue


class Pipeline(Queue):
    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity

    def set_message(self, message):
        self.put(message)

    def get_message(self):
        return self.get()
