import threading

pair = {"left": 0, "right": 0}
lock = threading.Lock()
seen = []


def read():
    seen.append((pair["left"], pair["right"]))


def write():
    with lock:
        pair["left"] = 1
        pair["right"] = 1


def scenario():
    threads = [threading.Thread(target=f) for f in (read, write)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert seen[0] in [(0, 0), (1, 1)]
