import threading
class Stats:
    _one, _lock = None, threading.Lock()
    def __new__(cls):
        with cls._lock:
            if cls._one is None:
                cls._one = super().__new__(cls)
        return cls._one
    def __init__(self):
        self.n = 0
def scenario():
    def work():
        s = Stats()
        s.n += 1
    ts = [threading.Thread(target=work) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert Stats._one.n == 2
