from queue import Queue


class Pipeline:
    def __init__(self, capacity):
        self.queue = Queue(capacity)
        self.row = []

    def write(self, value, name):
        self.row.clear()
        self.row.extend((name, value))
        self.queue.put(self.row)

    def read(self, name):
        sender, value = self.queue.get()
        print(name, "got", value, "from", sender)
        return value
