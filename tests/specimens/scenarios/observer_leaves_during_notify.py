import threading
class Subject:
    def __init__(self):
        self.callbacks = []
    def notify(self, x):
        for cb in self.callbacks:
            cb(x)
def scenario():
    got = []
    s = Subject()
    first = lambda x: None
    s.callbacks += [first, got.append]
    t = threading.Thread(target=s.callbacks.remove, args=(first,))
    t.start()
    s.notify(1)
    t.join()
    assert got == [1]
