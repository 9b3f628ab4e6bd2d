import threading


class Ticket:
    sold = 0
    lock = threading.Lock()

    def __init__(self):
        with Ticket.lock:
            Ticket.sold += 1
            self.number = Ticket.sold


def scenario():
    tickets = []
    threads = [threading.Thread(target=lambda: tickets.append(Ticket())) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert Ticket.sold == 2
    assert {t.number for t in tickets} == {1, 2}
