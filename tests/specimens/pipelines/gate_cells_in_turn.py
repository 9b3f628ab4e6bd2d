import threading


class Cell:
    def __init__(self):
        self.free = threading.Lock()
        self.full = threading.Lock()
        self.full.acquire()
        self.value = None


class Pipeline:
    def __init__(self, capacity):
        self.cells = [Cell() for _ in range(capacity)]
        self.put_turn = threading.Lock()
        self.get_turn = threading.Lock()
        self.put_at = 0
        self.get_at = 0

    def set_message(self, message):
        with self.put_turn:
            cell = self.cells[self.put_at]
            self.put_at = (self.put_at + 1) % len(self.cells)
            cell.free.acquire()
            cell.value = message
            cell.full.release()

    def get_message(self):
        with self.get_turn:
            cell = self.cells[self.get_at]
            self.get_at = (self.get_at + 1) % len(self.cells)
            cell.full.acquire()
            message = cell.value
            cell.free.release()
            return message
