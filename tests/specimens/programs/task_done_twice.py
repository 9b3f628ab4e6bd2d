from queue import Queue
import threading

q = Queue()


def worker():
    while True:
        item = q.get()
        if item is None:
            q.task_done()
            break
        try:
            print(f'Working on {item}')
            q.task_done()
        finally:
            q.task_done()


if __name__ == '__main__':
    t = threading.Thread(target=worker)
    t.start()
    q.put('only one')
    q.put(None)
    t.join()
