import time


class Ref:
    def __init__(self, value):
        self.value = value

    def cas(self, old, new):
        if self.value is old:
            self.value = new
            return True
        return False


class Link:
    def __init__(self, item):
        self.item = item
        self.next = Ref(None)


class Queue:
    def __init__(self):
        link = Link(None)
        self.head = Ref(link)
        self.tail = Ref(link)

    def put(self, item):
        link = Link(item)
        while True:
            last = self.tail.value
            if last.next.cas(None, link):
                self.tail.cas(last, link)
                return
            self.tail.cas(last, last.next.value)

    def get(self):
        while True:
            first = self.head.value
            nxt = first.next.value
            if nxt is not None and self.head.cas(first, nxt):
                return nxt.item
            time.sleep(0)
