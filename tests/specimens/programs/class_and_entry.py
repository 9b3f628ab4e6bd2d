import threading


class BoundedBuffer:
    def __init__(self, capacity=2):
        self.capacity = capacity
        self.items = []
        self.cond = threading.Condition()

    def put(self, item):
        with self.cond:
            while len(self.items) >= self.capacity:
                self.cond.wait()
            self.items.append(item)
            self.cond.notify_all()

    def get(self):
        with self.cond:
            while not self.items:
                self.cond.wait()
            item = self.items.pop(0)
            self.cond.notify_all()
            return item


def main():
    buf = BoundedBuffer(2)
    result = []

    def prod(base):
        for i in range(3):
            buf.put(base + i)

    def cons():
        for i in range(3):
            result.append(buf.get())

    ts = [threading.Thread(target=prod, args=(b,)) for b in (0, 100)] + [threading.Thread(target=cons) for _ in range(2)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    print("Result:", sorted(result))
    assert sorted(result) == [0, 1, 2, 100, 101, 102]


if __name__ == "__main__":
    main()
