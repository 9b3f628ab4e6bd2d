import threading


def make_counter():
    count = 0
    lock = threading.Lock()

    def increment():
        nonlocal count
        with lock:
            count += 1
            return count

    return increment


def scenario():
    increment = make_counter()
    numbers = []
    threads = [threading.Thread(target=lambda: numbers.append(increment())) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(numbers) == [1, 2]
