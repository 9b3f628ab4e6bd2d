import threading


class Pipeline:
    _guard = threading.Lock()

    def __init__(self, capacity):
        self.capacity = capacity
        self.tools = None

    def _tools(self):
        if self.tools is None:
            with self._guard:
                if self.tools is None:
                    self.tools = (threading.Semaphore(self.capacity), threading.Semaphore(0), threading.Lock(), [])
        return self.tools

    def set_message(self, message):
        free, filled, lock, items = self._tools()
        free.acquire()
        with lock:
            items.append(message)
        filled.release()

    def get_message(self):
        free, filled, lock, items = self._tools()
        filled.acquire()
        with lock:
            message = items.pop(0)
        free.release()
        return message
