import threading


class Cell:
    def __init__(self):
        lock = threading.Lock()
        self.filled = threading.Condition(lock)
        self.emptied = threading.Condition(lock)
        self.content = []

    def put(self, thing):
        with self.emptied:
            while self.content:
                self.emptied.wait()
            self.content.append(thing)
            self.filled.notify()

    def take(self):
        with self.filled:
            while not self.content:
                self.filled.wait()
            thing = self.content.pop()
            self.emptied.notify()
            return thing


def scenario():
    cell = Cell()
    taken = []
    threads = [threading.Thread(target=cell.put, args=(n,)) for n in (1, 2)]
    threads += [threading.Thread(target=lambda: taken.append(cell.take())) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(taken) == [1, 2]
