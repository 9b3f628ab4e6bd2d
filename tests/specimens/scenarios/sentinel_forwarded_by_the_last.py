import queue, threading
def scenario():
    a, b, out = queue.Queue(), queue.Queue(), []
    left, lock = [2], threading.Lock()
    def stage1():
        for x in iter(a.get, None):
            b.put(x * 10)
        a.put(None)
        with lock:
            left[0] -= 1
            if left[0] == 0:
                b.put(None)
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
