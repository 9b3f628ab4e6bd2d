import threading


class Sum:
    total = None

    def compute(self):
        self.total = sum(range(100))


def scenario():
    job = Sum()
    t = threading.Thread(target=job.compute)
    t.start()
    t.join(timeout=10)
    assert job.total == 4950
