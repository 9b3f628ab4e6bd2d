import threading
class Bar:
    def __init__(self, n):
        self.n, self.count, self.c = n, 0, threading.Condition()
    def wait(self):
        with self.c:
            self.count += 1
            if self.count == self.n:
                self.c.notify_all()
            while self.count < self.n:
                self.c.wait()
            if self.count == self.n:
                self.count = 0
def scenario():
    b = Bar(2)
    def work():
        b.wait()
    ts = [threading.Thread(target=work) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
