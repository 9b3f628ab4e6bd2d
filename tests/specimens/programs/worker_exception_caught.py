import threading
import queue
import traceback

q = queue.Queue()
errors = 0


def producer():
    for i in (4, 2, 0, 1):
        q.put(i)
    q.put(None)


def consumer():
    global errors
    while True:
        x = q.get()
        try:
            if x is None:
                break
            print(100 / x)
        except ZeroDivisionError:
            errors += 1
            traceback.print_exc()
        finally:
            q.task_done()


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
q.join()
assert errors == 1
