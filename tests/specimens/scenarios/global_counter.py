from threading import Thread

hits = 0


def visit():
    global hits
    hits = hits + 1


def scenario():
    threads = [Thread(target=visit) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert hits == 2
