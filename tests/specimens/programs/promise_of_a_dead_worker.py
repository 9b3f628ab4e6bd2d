import queue, threading

class Promise:
    def __init__(self):
        self._ready, self._value = threading.Event(), None
    def set(self, value):
        self._value = value
        self._ready.set()
    def result(self):
        self._ready.wait()
        return self._value

def loop(tasks):
    while (job := tasks.get()) is not None:
        promise, f, args = job
        promise.set(f(*args))

if __name__ == "__main__":
    tasks = queue.Queue()
    worker = threading.Thread(target=loop, args=(tasks,), daemon=True)
    worker.start()
    promises = []
    for n in (2, 0):
        p = Promise()
        promises.append(p)
        tasks.put((p, divmod, (17, n)))
    print([p.result() for p in promises])
