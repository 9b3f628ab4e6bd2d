import threading
def scenario():
    results = []
    ts = [threading.Thread(target=results.append, args=iter((n,))) for n in range(3)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert sorted(results) == [0, 1, 2]
