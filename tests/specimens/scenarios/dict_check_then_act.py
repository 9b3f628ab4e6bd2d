import threading

cache = {}
opened = []


def connection(name):
    if name not in cache:
        opened.append(name)
        cache[name] = object()
    return cache[name]


def scenario():
    threads = [threading.Thread(target=connection, args=("db",)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(opened) == 1
