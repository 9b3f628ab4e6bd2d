import _thread


class Pipeline:
    __slots__ = ("_may_put", "_may_take", "_slot")

    def __init__(self, capacity=1):
        self._slot = None
        self._may_put = _thread.allocate_lock()
        self._may_take = _thread.allocate_lock()
        self._may_take.acquire()

    def put(self, item):
        self._may_put.acquire()
        self._slot = item
        self._may_take.release()

    def take(self):
        self._may_take.acquire()
        item, self._slot = self._slot, None
        self._may_put.release()
        return item
