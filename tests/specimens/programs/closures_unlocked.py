import threading


def simulate(workers, rounds):
    total = 0

    def work():
        nonlocal total
        for _ in range(rounds):
            current = total
            total = current + 1

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return total


if __name__ == "__main__":
    result = simulate(2, 3)
    if result != 6:
        raise RuntimeError("expected 6, got %d" % result)
