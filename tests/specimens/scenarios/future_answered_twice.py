import threading
from concurrent.futures import Future
def scenario():
    f = Future()
    def answer(n):
        if not f.done():
            f.set_result(n)
    ts = [threading.Thread(target=answer, args=(n,)) for n in (1, 2)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert f.result() in (1, 2)
