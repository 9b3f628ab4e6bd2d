import queue
from concurrent.futures import ThreadPoolExecutor


class Pipeline:
    def __init__(self):
        self.clerk = ThreadPoolExecutor(max_workers=1)
        self.shelf = queue.Queue()

    def deposit(self, thing):
        self.clerk.submit(self.shelf.put, thing)

    def withdraw(self):
        return self.shelf.get()
