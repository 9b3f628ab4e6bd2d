import threading


def coroutine(f):
    def start(*args):
        g = f(*args)
        next(g)
        return g
    return start


@coroutine
def averager(history):
    total, n = 0.0, 0
    while True:
        value = yield
        total += value
        n += 1
        history.append(total / n)


def feed(sink, values):
    for v in values:
        sink.send(v)


if __name__ == "__main__":
    history = []
    sink = averager(history)
    threads = [threading.Thread(target=feed, args=(sink, vs)) for vs in ([1, 2], [3])]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
