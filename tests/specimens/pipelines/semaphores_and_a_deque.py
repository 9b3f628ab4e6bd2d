import threading
from collections import deque


class Pipeline:
    def __init__(self, size):
        self.spaces = threading.Semaphore(size)
        self.objects = threading.Semaphore(0)
        self.store = deque()

    def insert(self, obj):
        self.spaces.acquire()
        self.store.append(obj)
        self.objects.release()

    def remove(self):
        self.objects.acquire()
        obj = self.store.popleft()
        self.spaces.release()
        return obj
