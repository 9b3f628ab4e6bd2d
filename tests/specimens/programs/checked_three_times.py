import threading, queue
def once():
    q = queue.Queue(1); got = []
    def p():
        for x in (0, None, False): q.put(x)
        q.put(StopIteration)
    def c():
        for x in iter(q.get, StopIteration): got.append(x)
    ts = [threading.Thread(target=t) for t in (p, c)]
    for t in ts: t.start()
    for t in ts: t.join()
    return got
for r in range(3):
    assert once() == [0, None, False]
