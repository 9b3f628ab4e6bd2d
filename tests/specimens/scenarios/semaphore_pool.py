import threading

slots = threading.BoundedSemaphore(2)
guard = threading.Lock()
inside = 0
peak = 0


def use():
    global inside, peak
    with slots:
        with guard:
            inside += 1
            peak = max(peak, inside)
        with guard:
            inside -= 1


def scenario():
    users = [threading.Thread(target=use) for _ in range(3)]
    for u in users:
        u.start()
    for u in users:
        u.join()
    assert inside == 0
    assert peak <= 2
