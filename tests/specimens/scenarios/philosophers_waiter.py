import threading

forks = [threading.Lock() for _ in range(3)]
chairs = threading.Semaphore(2)
fed = []


def dine(i):
    chairs.acquire()
    forks[i].acquire()
    forks[(i + 1) % 3].acquire()
    fed.append(i)
    forks[(i + 1) % 3].release()
    forks[i].release()
    chairs.release()


def scenario():
    guests = [threading.Thread(target=dine, args=(i,)) for i in range(3)]
    for g in guests:
        g.start()
    for g in guests:
        g.join()
    assert sorted(fed) == [0, 1, 2]
