import threading
from collections import defaultdict

groups = defaultdict(list)
seen = []


def visits():
    groups["b"]


def looks():
    seen.append("b" in groups)


def scenario():
    threads = [threading.Thread(target=visits), threading.Thread(target=looks)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert seen == [True]
