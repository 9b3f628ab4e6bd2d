import threading


class Node:
    __slots__ = ("next", "value")

    def __init__(self, value=None):
        self.value = value
        self.next = None


class Pipeline:
    def __init__(self, capacity):
        self.head = self.tail = Node()
        self.head_lock = threading.Lock()
        self.tail_lock = threading.Lock()
        self.room = threading.Semaphore(capacity)
        self.stock = threading.Semaphore(0)

    def enqueue(self, value):
        node = Node(value)
        self.room.acquire()
        with self.tail_lock:
            self.tail.next = node
            self.tail = node
        self.stock.release()

    def dequeue(self):
        self.stock.acquire()
        with self.head_lock:
            self.head = self.head.next
            value, self.head.value = self.head.value, None
        self.room.release()
        return value
