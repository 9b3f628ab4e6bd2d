from queue import Queue
import threading

q = Queue()


def worker():
    while True:
        item = q.get()
        if item % 2:
            continue
        print(f'Working on {item}')
        q.task_done()


threading.Thread(target=worker, daemon=True).start()

for item in range(6):
    q.put(item)

q.join()
print('All work completed')
