import threading


def simulate(workers, rounds):
    total = 0
    lock = threading.Lock()

    def work():
        nonlocal total
        for _ in range(rounds):
            with lock:
                total += 1

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return total


def run():
    assert simulate(3, 4) == 12


if __name__ == "__main__":
    run()
