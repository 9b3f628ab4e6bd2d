import threading
import queue

END = ...


def stream(q):
    while True:
        item = q.get()
        if item is END:
            return
        yield item


def fill(q, items):
    yield_count = 0
    for item in items:
        q.put(item)
        yield_count += 1
    q.put(END)


if __name__ == '__main__':
    q = queue.Queue(maxsize=1)
    t = threading.Thread(target=fill, args=(q, "banana"))
    t.start()
    text = "".join(c.upper() for c in stream(q))
    t.join()
    assert text == "BANANA"
    print(text)
