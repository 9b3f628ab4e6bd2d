import logging
import logging.handlers
import queue
import threading

seen = []


class Kept(logging.Handler):
    def emit(self, record):
        seen.append(record.getMessage())


def scenario():
    records = queue.Queue()
    log = logging.getLogger("shop")
    log.propagate = False
    log.addHandler(logging.handlers.QueueHandler(records))
    listener = logging.handlers.QueueListener(records, Kept())
    listener.start()
    clerks = [threading.Thread(target=log.error, args=("sold %d", n)) for n in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    listener.stop()
    assert sorted(seen) == ["sold 0", "sold 1"]
