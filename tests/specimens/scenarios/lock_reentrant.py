import threading


class Log:
    def __init__(self):
        self.lock = threading.Lock()
        self.lines = []

    def write(self, line):
        with self.lock:
            self.lines.append(line)

    def write_pair(self, one, two):
        with self.lock:
            self.write(one)
            self.write(two)


def scenario():
    log = Log()
    t = threading.Thread(target=log.write_pair, args=("a", "b"))
    t.start()
    t.join()
    assert log.lines == ["a", "b"]
