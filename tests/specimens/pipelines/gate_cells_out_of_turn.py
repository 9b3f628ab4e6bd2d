import itertools
import threading


class Cell:
    def __init__(self):
        self.free = threading.Lock()
        self.full = threading.Lock()
        self.full.acquire()
        self.value = None


class Pipeline:
    def __init__(self, capacity):
        cells = [Cell() for _ in range(capacity)]
        self.put_cells = itertools.cycle(cells)
        self.get_cells = itertools.cycle(cells)

    def set_message(self, message):
        cell = next(self.put_cells)
        cell.free.acquire()
        cell.value = message
        cell.full.release()

    def get_message(self):
        cell = next(self.get_cells)
        cell.full.acquire()
        message = cell.value
        cell.free.release()
        return message
