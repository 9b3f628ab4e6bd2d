import threading

best = 0


def report(score):
    global best
    if score > best:
        best = score


def scenario():
    threads = [threading.Thread(target=report, args=(s,)) for s in (7, 9)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert best == 9
