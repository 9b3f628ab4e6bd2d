import queue


class Pipeline:
    def __init__(self, capacity):
        self.queue = queue.Queue(maxsize=capacity)

    def set_message(self, message, name):
        stored = False
        while not stored:
            try:
                self.queue.put((name, message), timeout=0.2)
                stored = True
            except queue.Full:
                print(f"{name} has to wait")

    def get_message(self, name):
        while True:
            try:
                _, message = self.queue.get(timeout=0.2)
            except queue.Empty:
                print(f"{name} has to wait")
            else:
                return message
