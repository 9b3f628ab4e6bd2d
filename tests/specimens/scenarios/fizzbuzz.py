import threading
class FizzBuzz:
    def __init__(self, n):
        self.n, self.i, self.c = n, 1, threading.Condition()
    def _loop(self, mine, say):
        while True:
            with self.c:
                self.c.wait_for(lambda: self.i > self.n or mine(self.i))
                if self.i > self.n:
                    return
                say(self.i)
                self.i += 1
                self.c.notify_all()
def scenario():
    out = []
    f = FizzBuzz(5)
    ts = [threading.Thread(target=f._loop, args=a) for a in (
        (lambda i: i % 3 == 0 and i % 5, lambda i: out.append("fizz")),
        (lambda i: i % 5 == 0 and i % 3, lambda i: out.append("buzz")),
        (lambda i: i % 3 and i % 5, out.append))]
    for t in ts: t.start()
    for t in ts: t.join()
    assert out == [1, 2, "fizz", 4, "buzz"]
