import queue


class Pipeline:
    def __init__(self, capacity):
        self.queue = queue.Queue(maxsize=capacity)
        self.dropped = 0

    def set_message(self, message):
        try:
            self.queue.put(message, timeout=3)
        except queue.Full:
            self.dropped += 1

    def get_message(self):
        while True:
            try:
                return self.queue.get(timeout=3)
            except queue.Empty:
                continue
