import threading
class Bar:
    def __init__(self, n):
        self.n, self.k = n, 0
        self.m, self.a, self.b = threading.Lock(), threading.Semaphore(0), threading.Semaphore(0)
    def wait(self):
        with self.m:
            self.k += 1
            if self.k == self.n:
                self.a.release(self.n)
        self.a.acquire()
        with self.m:
            self.k -= 1
            if self.k == 0:
                self.b.release(self.n)
        self.b.acquire()
def scenario():
    b, log = Bar(2), []
    def work(i):
        for phase in range(2):
            log.append(phase)
            b.wait()
    ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert log == [0, 0, 1, 1], log
