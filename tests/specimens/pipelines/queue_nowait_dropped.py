import queue


class Pipeline:
    def __init__(self, capacity):
        self._items = queue.Queue(maxsize=capacity)

    def put(self, item):
        try:
            self._items.put(item, block=False)
        except queue.Full:
            pass

    def get(self):
        return self._items.get()
