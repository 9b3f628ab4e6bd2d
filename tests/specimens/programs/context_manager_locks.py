import contextlib
import threading

_lock = threading.Lock()
stock = {"apples": 5}
refused = []


@contextlib.contextmanager
def locked(name):
    _lock.acquire()
    try:
        yield stock
    finally:
        _lock.release()


def buy(n):
    try:
        with locked("buy") as s:
            if s["apples"] < n:
                raise LookupError(n)
            s["apples"] -= n
    except LookupError:
        refused.append(n)


threads = [threading.Thread(target=buy, args=(n,)) for n in (3, 3, 3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert stock["apples"] == 2 and refused == [3, 3]
