import queue


class Pipeline(queue.Queue):
    def __init__(self, capacity=10):
        queue.Queue.__init__(self, maxsize=capacity)

    def _get(self):
        return self.queue.pop()

    def set_message(self, message):
        print("producing", message)
        self.put(message)

    def get_message(self):
        message = self.get()
        print("consuming", message)
        return message
