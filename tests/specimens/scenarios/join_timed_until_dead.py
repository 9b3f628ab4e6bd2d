import threading


class Sum:
    total = None

    def compute(self):
        self.total = sum(range(100))


def scenario():
    job = Sum()
    t = threading.Thread(target=job.compute)
    t.start()
    while t.is_alive():
        t.join(timeout=0.1)
    assert job.total == 4950
