import threading
from collections import deque, namedtuple

Entry = namedtuple("Entry", ["value", "name"])


class Pipeline:
    def __init__(self, capacity):
        self._free = threading.Semaphore(capacity)
        self._used = threading.Semaphore(0)
        self._entries = deque()

    def set_message(self, value, name):
        entry = Entry(value, name)
        self._free.acquire()
        self._entries.append(entry)
        self._used.release()

    def get_message(self, name):
        self._used.acquire()
        entry = self._entries.popleft()
        self._free.release()
        print(f"{name} takes {entry.value} of {entry.name}")
        return entry.value
