import queue


class Pipeline(queue.Queue):
    def __init__(self, capacity):
        super().__init__(capacity)

    def _init(self, maxsize):
        self.numbered = {}
        self.first = 0
        self.after_last = 0

    def _qsize(self):
        return len(self.numbered)

    def _put(self, item):
        self.numbered[self.after_last] = item
        self.after_last += 1

    def _get(self):
        item = self.numbered.pop(self.first)
        self.first += 1
        return item

    def set_message(self, message):
        self.put(message)

    def get_message(self):
        return self.get()
