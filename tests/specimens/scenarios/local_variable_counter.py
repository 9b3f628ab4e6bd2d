import threading

counts = []


def visit(times):
    hits = 0
    for _ in range(times):
        hits += 1
    counts.append(hits)


def scenario():
    threads = [threading.Thread(target=visit, args=(n,)) for n in (2, 3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sum(counts) == 5
