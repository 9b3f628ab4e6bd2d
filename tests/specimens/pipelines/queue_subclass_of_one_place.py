import queue


class Pipeline(queue.Queue):
    """A queue of one place."""

    def _init(self, maxsize):
        self.place = None
        self.moves = 0

    def _qsize(self):
        return self.moves % 2

    def _put(self, item):
        self.place = item
        self.moves += 1

    def _get(self):
        self.moves += 1
        return self.place

    def set_message(self, message):
        self.put(message)

    def get_message(self):
        return self.get()
