import threading
import time


class Node:
    __slots__ = ("locked",)

    def __init__(self, locked):
        self.locked = locked


class CLHLock:
    """Queue lock after Craig, Landin and Hagersten; swap() stands in for the atomic exchange."""

    def __init__(self):
        self.tail = Node(False)
        self._swap_lock = threading.Lock()

    def _swap(self, node):
        with self._swap_lock:
            previous, self.tail = self.tail, node
        return previous

    def __enter__(self):
        node = Node(True)
        previous = self._swap(node)
        while previous.locked:
            time.sleep(0)
        self.owner_node = node
        return self

    def __exit__(self, *exc_info):
        self.owner_node.locked = False


class Pipe:
    def __init__(self):
        self.mutex = CLHLock()
        self.queue = []

    def enqueue(self, x):
        with self.mutex:
            self.queue.append(x)

    def dequeue(self):
        while True:
            with self.mutex:
                if self.queue:
                    return self.queue.pop(0)
            time.sleep(0)
