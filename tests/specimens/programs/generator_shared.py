import threading
import queue

q = queue.Queue()


def ticket_numbers():
    n = 0
    while n < 6:
        n += 1
        yield n


tickets = ticket_numbers()


def producer():
    for number in tickets:
        q.put(number)


if __name__ == "__main__":
    ps = [threading.Thread(target=producer) for _ in range(2)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(q.qsize(), "tickets")
