import queue, threading
def scenario():
    a, b, out = queue.Queue(), queue.Queue(), []
    def stage1():
        while True:
            x = a.get()
            if x is None:
                a.put(None)
                b.put(None)
                return
            b.put(x * 10)
    def stage2():
        for x in iter(b.get, None):
            out.append(x)
    ts = [threading.Thread(target=f) for f in (stage1, stage1, stage2)]
    for t in ts: t.start()
    for x in (1, 2):
        a.put(x)
    a.put(None)
    for t in ts: t.join()
    assert sorted(out) == [10, 20], out
