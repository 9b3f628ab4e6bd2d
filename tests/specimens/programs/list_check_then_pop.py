import threading

tasks = list(range(3))
finished = []


def consumer():
    while len(tasks) > 0:
        t = tasks.pop()
        finished.append(t)


c1 = threading.Thread(target=consumer)
c2 = threading.Thread(target=consumer)
c1.start()
c2.start()
c1.join()
c2.join()
print(finished)
