import threading


def make_counter():
    count = 0

    def increment():
        nonlocal count
        count += 1

    def value():
        return count

    return increment, value


def scenario():
    increment, value = make_counter()
    threads = [threading.Thread(target=increment) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert value() == 2
