import logging
import threading


class Sampled(logging.Filter):
    seen = 0

    def filter(self, record):
        seen = self.seen
        self.seen = seen + 1
        return False


def scenario():
    sampled = Sampled()
    handler = logging.StreamHandler()
    handler.addFilter(sampled)
    log = logging.getLogger("shop")
    log.propagate = False
    log.addHandler(handler)
    clerks = [threading.Thread(target=log.error, args=("sold",)) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert sampled.seen == 2
