import threading


class PersistentQueue:
    """The state is an immutable tuple; puts are locked, gets need no lock because tuples never change."""

    def __init__(self):
        self._state = ()
        self._lock = threading.Lock()
        self._ready = threading.Semaphore(0)

    def put(self, item):
        with self._lock:
            self._state = self._state + (item,)
        self._ready.release()

    def get(self):
        self._ready.acquire()
        with self._lock:
            state = self._state
        item, rest = state[0], state[1:]
        with self._lock:
            if self._state is state:
                self._state = rest
            else:
                self._state = self._state[1:]
        return item
