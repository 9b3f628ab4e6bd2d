import threading


class Ticket:
    sold = 0

    def __init__(self):
        Ticket.sold += 1


def scenario():
    threads = [threading.Thread(target=Ticket) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert Ticket.sold == 2
