import queue
import threading

q = queue.Queue()
done = False
got = []


def producer():
    global done
    for i in range(3):
        q.put(i)
    done = True


def consumer():
    while True:
        try:
            got.append(q.get_nowait())
        except queue.Empty:
            if done:
                break


c = threading.Thread(target=consumer)
p = threading.Thread(target=producer)
c.start()
p.start()
p.join()
c.join()
assert got == [0, 1, 2], got
