import threading


class Latch:
    def __init__(self, count):
        self.count = count
        self.open = threading.Condition(threading.Lock())

    def count_down(self):
        with self.open:
            self.count -= 1
            if self.count == 0:
                self.open.notify_all()

    def wait(self):
        with self.open:
            self.open.wait_for(lambda: self.count == 0)


def scenario():
    latch = Latch(2)
    done = []

    def work(n):
        done.append(n)
        latch.count_down()

    for n in range(2):
        threading.Thread(target=work, args=(n,)).start()
    latch.wait()
    assert len(done) == 2
