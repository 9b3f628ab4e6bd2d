import threading


class Account:
    def __init__(self):
        self.balance = 50
        self.lock = threading.Lock()

    def covers(self, amount):
        with self.lock:
            return self.balance >= amount

    def withdraw(self, amount):
        if self.covers(amount):
            with self.lock:
                self.balance -= amount


def scenario():
    account = Account()
    threads = [threading.Thread(target=account.withdraw, args=(40,)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert account.balance >= 0
