import queue


class Pipeline:
    def __init__(self, capacity):
        self.q = queue.Queue(capacity)

    def set_message(self, message):
        self.q.put(message)

    def get_message(self):
        self.q.task_done()
        return self.q.get()
