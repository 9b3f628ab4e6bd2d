import threading


class SharedLock:
    def __init__(self):
        self.readers = 0
        self.mutex = threading.Lock()
        self.no_readers = threading.Lock()

    def start_read(self):
        with self.mutex:
            self.readers += 1
            if self.readers == 1:
                self.no_readers.acquire()

    def end_read(self):
        with self.mutex:
            self.readers -= 1
            if self.readers == 0:
                self.no_readers.release()

    def start_write(self):
        self.no_readers.acquire()

    def end_write(self):
        self.no_readers.release()


def scenario():
    lock = SharedLock()
    pair = {"left": 0, "right": 0}
    seen = []

    def read():
        lock.start_read()
        seen.append((pair["left"], pair["right"]))
        lock.end_read()

    def write():
        lock.start_write()
        pair["left"] = 1
        pair["right"] = 1
        lock.end_write()

    threads = [threading.Thread(target=f) for f in (read, write, read)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(left == right for left, right in seen)
