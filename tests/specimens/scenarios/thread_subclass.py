import threading


class Squarer(threading.Thread):
    def __init__(self, number):
        super().__init__(name=f"squarer-{number}")
        self.number = number
        self.result = None

    def run(self):
        self.result = self.number ** 2


def scenario():
    threads = [Squarer(n) for n in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [thread.result for thread in threads] == [4, 9]
