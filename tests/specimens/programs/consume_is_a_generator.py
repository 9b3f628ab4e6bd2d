import queue
import threading


class Pipeline:
    def __init__(self):
        self.q = queue.Queue()

    def put(self, item):
        self.q.put(item)

    def consume(self):
        while True:
            item = self.q.get()
            if item is None:
                return
            yield item


if __name__ == "__main__":
    pipe = Pipeline()

    def produce():
        for n in range(1, 4):
            pipe.put(n)
        pipe.put(None)

    t = threading.Thread(target=produce)
    t.start()
    assert list(pipe.consume()) == [1, 2, 3]
    t.join()
