import threading

turn = 0
cond = threading.Condition()


def speaker(me, n, rounds):
    global turn
    for _ in range(rounds):
        with cond:
            while turn != me:
                cond.wait()
            print("ABC"[me], end=" ")
            turn = (turn + 1) % n
            cond.notify()


def main():
    threads = [threading.Thread(target=speaker, args=(k, 3, 2)) for k in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


if __name__ == "__main__":
    main()
