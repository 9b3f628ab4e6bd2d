import threading


class Pipeline:
    def __init__(self, size):
        self.size = size
        self.spaces = threading.Semaphore(size)
        self.objects = threading.Semaphore(0)
        self.cells = [None for _ in range(size)]
        self.i = 0
        self.o = 0

    def PutItem(self, item):
        self.spaces.acquire()
        self.cells[self.i] = item
        self.i = (self.i + 1) % self.size
        self.objects.release()

    def GetItem(self):
        self.objects.acquire()
        item = self.cells[self.o]
        self.o = (self.o + 1) % self.size
        self.spaces.release()
        return item
