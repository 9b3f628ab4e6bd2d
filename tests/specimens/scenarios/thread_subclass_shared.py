from threading import Thread


class Account:
    balance = 0


class Teller(Thread):
    def __init__(self, account):
        Thread.__init__(self)
        self.account = account

    def run(self):
        balance = self.account.balance
        self.account.balance = balance + 10


def scenario():
    account = Account()
    tellers = [Teller(account), Teller(account)]
    for t in tellers:
        t.start()
    for t in tellers:
        t.join()
    assert account.balance == 20
