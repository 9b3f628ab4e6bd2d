import threading


class Tree:
    def __init__(self):
        self.lock = threading.RLock()
        self.leaves = 0

    def grow(self, n):
        with self.lock:
            if n:
                self.leaves += 1
                self.grow(n - 1)


def scenario():
    tree = Tree()
    threads = [threading.Thread(target=tree.grow, args=(2,)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert tree.leaves == 4
