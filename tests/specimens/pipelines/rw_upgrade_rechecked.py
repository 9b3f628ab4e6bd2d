import contextlib
import threading
import time


class RWLock:
    def __init__(self):
        self.lock = threading.Lock()      # protects readers
        self.room = threading.Lock()      # held by a writer or by the readers together
        self.readers = 0

    @contextlib.contextmanager
    def reading(self):
        with self.lock:
            self.readers += 1
            if self.readers == 1:
                self.room.acquire()
        try:
            yield
        finally:
            with self.lock:
                self.readers -= 1
                if self.readers == 0:
                    self.room.release()

    @contextlib.contextmanager
    def writing(self):
        with self.room:
            yield


class Board:
    def __init__(self, size):
        self.size = size
        self.notes = []
        self.rw = RWLock()

    def put(self, note):
        while True:
            with self.rw.writing():
                if len(self.notes) < self.size:
                    self.notes.append(note)
                    return
            time.sleep(0.001)

    def take(self):
        while True:
            with self.rw.reading():
                empty = not self.notes
            if empty:
                time.sleep(0.001)
                continue
            with self.rw.writing():
                if self.notes:
                    return self.notes.pop(0)
