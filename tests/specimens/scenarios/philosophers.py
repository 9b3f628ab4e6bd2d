import threading


class Philosopher(threading.Thread):
    def __init__(self, left, right):
        super().__init__()
        self.left, self.right = left, right
        self.meals = 0

    def run(self):
        with self.left:
            with self.right:
                self.meals += 1


def scenario():
    forks = [threading.Lock() for _ in range(3)]
    table = [Philosopher(forks[i], forks[(i + 1) % 3]) for i in range(3)]
    for p in table:
        p.start()
    for p in table:
        p.join()
    assert all(p.meals == 1 for p in table)
