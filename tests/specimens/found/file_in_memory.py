import io
import threading


class Pipeline:
    def __init__(self, capacity):
        self.file = io.BytesIO()
        self.room = threading.Semaphore(capacity)
        self.ready = threading.Semaphore(0)
        self.reading = threading.Lock()
        self.n_written = self.n_read = 0

    def send(self, number):
        self.room.acquire()
        file = self.file
        with self.reading:
            at = self.n_written
            self.n_written += 4
        file.seek(at)
        file.write(number.to_bytes(4, "big"))
        self.ready.release()

    def receive(self):
        self.ready.acquire()
        file = self.file
        with self.reading:
            file.seek(self.n_read)
            self.n_read += 4
            number = int.from_bytes(file.read(4), "big")
        self.room.release()
        return number
