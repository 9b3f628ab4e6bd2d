import threading
import time


class ReadWriteLock:
    def __init__(self):
        self._cond = threading.Condition()
        self._readers = 0
        self._writing = False

    def acquire_read(self):
        with self._cond:
            while self._writing:
                self._cond.wait()
            self._readers += 1

    def release_read(self):
        with self._cond:
            self._readers -= 1
            if self._readers == 0:
                self._cond.notify_all()

    def acquire_write(self):
        with self._cond:
            while self._writing or self._readers > 0:
                self._cond.wait()
            self._writing = True

    def release_write(self):
        with self._cond:
            self._writing = False
            self._cond.notify_all()


class Mailbox:
    def __init__(self):
        self.rw = ReadWriteLock()
        self.items = []

    def put(self, item):
        self.rw.acquire_write()
        try:
            self.items.append(item)
        finally:
            self.rw.release_write()

    def get(self):
        while True:
            self.rw.acquire_read()
            try:
                something = len(self.items) > 0
            finally:
                self.rw.release_read()
            if something:
                self.rw.acquire_write()
                try:
                    return self.items.pop(0)
                finally:
                    self.rw.release_write()
            time.sleep(0.01)
