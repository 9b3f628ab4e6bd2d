import logging
import threading


class Counting(logging.Handler):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.names = set()

    def emit(self, record):
        before = self.count
        self.names.add(record.threadName)
        self.count = before + 1


def scenario():
    counting = Counting()
    log = logging.getLogger("shop")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(counting)
    clerks = [threading.Thread(target=log.info, args=("sold %d", n), name=f"clerk-{n}") for n in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert counting.count == 2
    assert counting.names == {"clerk-0", "clerk-1"}
