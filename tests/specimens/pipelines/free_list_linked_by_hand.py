import queue
import time


class Node:
    def __init__(self, after):
        self.after = after
        self.message = None


class Pipeline:
    def __init__(self, capacity):
        self.free = None
        for _ in range(capacity):
            self.free = Node(self.free)
        self.filled = queue.SimpleQueue()

    def set_message(self, message):
        while self.free is None:
            time.sleep(0)
        node = self.free
        self.free = node.after
        node.message = message
        self.filled.put(node)

    def get_message(self):
        node = self.filled.get()
        message = node.message
        node.after = self.free
        self.free = node
        return message
