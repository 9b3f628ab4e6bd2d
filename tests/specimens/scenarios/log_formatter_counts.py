import io
import logging
import threading


class Numbered(logging.Formatter):
    last = 0

    def format(self, record):
        number = self.last + 1
        self.last = number
        return f"{number} {super().format(record)}"


def scenario():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Numbered())
    log = logging.getLogger("shop")
    log.propagate = False
    log.addHandler(handler)
    clerks = [threading.Thread(target=log.error, args=("sold",)) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert out.getvalue().split() == ["1", "sold", "2", "sold"], out.getvalue()
