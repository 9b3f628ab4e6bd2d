import logging
import threading

sales = logging.getLogger("sales")
stock = logging.getLogger("stock")


class ToStock(logging.Handler):
    def emit(self, record):
        if record.levelno == logging.ERROR:
            stock.warning("sold: %s", record.getMessage())


class ToSales(logging.Handler):
    def emit(self, record):
        if record.levelno == logging.ERROR:
            sales.warning("gone: %s", record.getMessage())


def scenario():
    for log, handler in ((sales, ToStock()), (stock, ToSales())):
        log.propagate = False
        log.addHandler(handler)
    clerks = [threading.Thread(target=log.error, args=("tea",)) for log in (sales, stock)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
