import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.changed = threading.Condition()

    def deposit(self, amount):
        with self.changed:
            self.balance += amount
            self.changed.notify_all()

    def withdraw(self, amount):
        with self.changed:
            while self.balance < amount:
                self.changed.wait()
            self.balance -= amount


def transfer(source, target, amount):
    source.withdraw(amount)
    target.deposit(amount)


def scenario():
    one, two = Account(0), Account(50)
    threads = [
        threading.Thread(target=transfer, args=(one, two, 30)),
        threading.Thread(target=transfer, args=(two, one, 40)),
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert (one.balance, two.balance) == (10, 40)
