import threading

bank = threading.Lock()


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    with bank:
        with source.lock, target.lock:
            source.balance -= amount
            target.balance += amount


def scenario():
    a, b = Account(100), Account(100)
    threads = [threading.Thread(target=transfer, args=(a, b, 10)), threading.Thread(target=transfer, args=(b, a, 20))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert (a.balance, b.balance) == (110, 90)
