from concurrent.futures import ThreadPoolExecutor
import queue

q = queue.Queue()


def consumer():
    item = q.get()
    if item is None:
        raise RuntimeError("no more items")


with ThreadPoolExecutor(max_workers=1) as executor:
    f = executor.submit(consumer)
    q.put(None)
    error = f.exception()
assert isinstance(error, RuntimeError)
