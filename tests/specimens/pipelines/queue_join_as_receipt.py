import queue


class Pipeline:
    def __init__(self, capacity):
        self.q = queue.Queue(capacity)

    def set_message(self, message):
        self.q.put(message)
        self.q.join()

    def get_message(self):
        message = self.q.get()
        self.q.task_done()
        return message
