import threading
from collections import deque

MUTEX = threading.Lock()
FILLED = threading.Semaphore(0)
buffer = deque()
places = None


class Pipeline:
    def __init__(self, capacity):
        global places
        places = threading.Semaphore(capacity)

    def set_message(self, message):
        places.acquire()
        MUTEX.acquire()
        buffer.append(message)
        MUTEX.release()
        FILLED.release()

    def get_message(self):
        FILLED.acquire()
        MUTEX.acquire()
        message = buffer.popleft()
        MUTEX.release()
        places.release()
        return message
