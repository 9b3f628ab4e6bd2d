import threading


def numbers():
    n = 0
    while True:
        n += 1
        yield n


drawn = []


def scenario():
    source = numbers()

    def draw():
        drawn.append(next(source))

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(drawn) == [1, 2]
