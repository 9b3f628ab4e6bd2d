import threading
def gen():
    yield 1
    yield 2
def scenario():
    g = gen()
    ts = [threading.Thread(target=next, args=(g,)) for _ in range(2)]
    for t in ts: t.start()
    for t in ts: t.join()
