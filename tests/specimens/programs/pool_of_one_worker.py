import queue
from concurrent.futures import ThreadPoolExecutor

q = queue.Queue(maxsize=2)


def producer():
    for i in range(5):
        q.put(i)
    q.put(None)


def consumer():
    items = []
    while (i := q.get()) is not None:
        items.append(i)
    return items


def main():
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(producer)
        f = pool.submit(consumer)
        print(f.result())


if __name__ == "__main__":
    main()
