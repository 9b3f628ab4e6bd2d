import threading


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


class Pipeline:
    def __init__(self, capacity):
        self.head = None
        self.tail = None
        self.room = threading.Semaphore(capacity)
        self.stock = threading.Semaphore(0)

    def enqueue(self, value):
        node = Node(value)
        self.room.acquire()
        if self.tail is None:
            self.head = self.tail = node
        else:
            self.tail.next = node
            self.tail = node
        self.stock.release()

    def dequeue(self):
        self.stock.acquire()
        node = self.head
        self.head = node.next
        if self.head is None:
            self.tail = None
        self.room.release()
        return node.value
