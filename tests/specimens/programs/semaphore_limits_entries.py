import threading

gate = threading.Semaphore(2)
lock = threading.Lock()
inside = most = 0


def visitor():
    global inside, most
    with gate:
        with lock:
            inside += 1
            most = max(most, inside)
        with lock:
            inside -= 1


visitors = [threading.Thread(target=visitor) for _ in range(4)]
for v in visitors:
    v.start()
for v in visitors:
    v.join()
assert inside == 0 and most <= 2
