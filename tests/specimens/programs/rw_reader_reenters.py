import threading

class RWLock:
    def __init__(self):
        self._cond = threading.Condition()
        self._readers = 0
        self._writer = False
        self._waiting = 0
    def acquire_read(self):
        with self._cond:
            self._cond.wait_for(lambda: not self._writer and not self._waiting)
            self._readers += 1
    def release_read(self):
        with self._cond:
            self._readers -= 1
            self._cond.notify_all()
    def acquire_write(self):
        with self._cond:
            self._waiting += 1
            self._cond.wait_for(lambda: not self._writer and not self._readers)
            self._waiting -= 1
            self._writer = True
    def release_write(self):
        with self._cond:
            self._writer = False
            self._cond.notify_all()

rw = RWLock()

def size():
    rw.acquire_read()
    try:
        return 1
    finally:
        rw.release_read()

def reader():
    rw.acquire_read()
    size()
    rw.release_read()

def writer():
    rw.acquire_write()
    rw.release_write()

if __name__ == "__main__":
    ts = [threading.Thread(target=f) for f in (reader, writer)]
    for t in ts: t.start()
    for t in ts: t.join()
