import threading
import time


class AtomicReference:
    def __init__(self, value=None):
        self._value = value
        self._lock = threading.Lock()

    def get(self):
        return self._value

    def compare_and_set(self, expected, new):
        with self._lock:
            if self._value is expected:
                self._value = new
                return True
            return False


class Node:
    def __init__(self, value=None):
        self.value = value
        self.next = AtomicReference()


class LockFreeQueue:
    def __init__(self):
        dummy = Node()
        self.head = AtomicReference(dummy)
        self.tail = AtomicReference(dummy)

    def enqueue(self, value):
        node = Node(value)
        while True:
            tail = self.tail.get()
            following = tail.next.get()
            if following is None:
                if tail.next.compare_and_set(None, node):
                    self.tail.compare_and_set(tail, node)
                    return
            else:
                self.tail.compare_and_set(tail, following)

    def dequeue(self):
        while True:
            head = self.head.get()
            following = head.next.get()
            if following is None:
                time.sleep(0)
            elif self.head.compare_and_set(head, following):
                return following.value
