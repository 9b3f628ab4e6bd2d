import threading

class RWLock:
    def __init__(self):
        self._cond = threading.Condition()
        self._readers = 0
        self._writer = False
        self._waiting = 0
    def acquire_read(self):
        with self._cond:
            while self._writer or self._waiting:
                self._cond.wait()
            self._readers += 1
    def release_read(self):
        with self._cond:
            self._readers -= 1
            if not self._readers:
                self._cond.notify_all()
    def acquire_write(self):
        with self._cond:
            self._waiting += 1
            while self._writer or self._readers:
                self._cond.wait()
            self._waiting -= 1
            self._writer = True
    def release_write(self):
        with self._cond:
            self._writer = False
            self._cond.notify_all()

rw = RWLock()
pair = {"a": 0, "b": 0}

def write():
    rw.acquire_write()
    try:
        pair["a"] += 1
        pair["b"] += 1
    finally:
        rw.release_write()

def read():
    rw.acquire_read()
    try:
        assert pair["a"] == pair["b"]
    finally:
        rw.release_read()

if __name__ == "__main__":
    ts = [threading.Thread(target=f) for f in (write, read, write, read)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert pair == {"a": 2, "b": 2}
