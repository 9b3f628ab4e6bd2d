import threading
import queue

local = threading.local()
totals = queue.Queue()


def summe(numbers):
    local.total = 0
    for n in numbers:
        local.total += n
    totals.put(local.total)


if __name__ == "__main__":
    ts = [threading.Thread(target=summe, args=(range(k),)) for k in (3, 5, 3)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    assert sorted(totals.get() for _ in ts) == [3, 3, 10]
