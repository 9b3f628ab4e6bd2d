from threading import Lock, Thread
from queue import Queue


class Stats:
    def __init__(self):
        self._lock = Lock()
        self.handled = 0

    def inc(self):
        with self._lock:
            self.handled += 1


def worker(q, stats):
    for job in iter(q.get, None):
        stats.inc()


def main(jobs=8, n=3):
    q, stats = Queue(), Stats()
    ts = [Thread(target=worker, args=(q, stats)) for _ in range(n)]
    [t.start() for t in ts]
    for i in range(jobs):
        q.put(i)
    for _ in ts:
        q.put(None)
    [t.join() for t in ts]
    assert stats.handled == jobs
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
