import threading
from collections import deque


class Worker(threading.Thread):
    def __init__(self, index, tasks):
        super().__init__(name=f"worker-{index}")
        self.index = index
        self.tasks = deque(tasks)
        self.results = []
        self.peers = []

    def next_task(self):
        try:
            return self.tasks.pop()
        except IndexError:
            pass
        for peer in self.peers:
            try:
                return peer.tasks.popleft()
            except IndexError:
                continue
        return None

    def run(self):
        while (task := self.next_task()) is not None:
            self.results.append(task * task)


if __name__ == "__main__":
    workers = [Worker(0, [1, 2, 3, 4]), Worker(1, [])]
    for w in workers:
        w.peers = [p for p in workers if p is not w]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    results = sorted(r for w in workers for r in w.results)
    assert results == [1, 4, 9, 16], results
