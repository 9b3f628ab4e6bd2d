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
    clerk = threading.Thread(target=log.error, args=("sold",))
    clerk.start()
    clerk.join()
    assert seen == ["sold"]
    listener.stop()
