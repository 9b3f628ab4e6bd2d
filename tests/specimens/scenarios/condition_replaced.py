import threading
class Gate:
    def __init__(self):
        self.cond, self.open = threading.Condition(), False
    def reset(self):
        self.cond = threading.Condition()
    def wait(self):
        with self.cond:
            while not self.open:
                self.cond.wait()
    def let_in(self):
        with self.cond:
            self.open = True
            self.cond.notify_all()
def scenario():
    g = Gate()
    t = threading.Thread(target=g.wait)
    t.start()
    g.reset()
    g.let_in()
    t.join()
