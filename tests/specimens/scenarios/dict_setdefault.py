import threading

cache = {}
got = []


def connection(name):
    got.append(cache.setdefault(name, object()))


def scenario():
    threads = [threading.Thread(target=connection, args=("db",)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert got[0] is got[1]
