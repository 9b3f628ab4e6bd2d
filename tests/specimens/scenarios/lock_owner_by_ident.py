import threading
class Re:
    def __init__(self): self.lock, self.owner, self.n = threading.Lock(), None, 0
    def __enter__(self):
        me = threading.get_ident()
        if self.owner != me:
            self.lock.acquire()
            self.owner = me
        self.n += 1
    def __exit__(self, *a):
        self.n -= 1
        if not self.n:
            self.owner = None
            self.lock.release()
def scenario():
    r, total = Re(), [0]
    def work():
        with r:
            with r:
                total[0] += 1
    ts = [threading.Thread(target=work) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert total == [2]
