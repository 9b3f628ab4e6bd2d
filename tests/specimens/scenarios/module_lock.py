import threading

lock = threading.Lock()
counter = 0


def work():
    global counter
    for _ in range(2):
        with lock:
            counter += 1


def scenario():
    threads = [threading.Thread(target=work) for _ in range(2)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert counter == 4
