import threading


class Till:
    def __init__(self):
        self.cash = 10
        self.in_lock = threading.Lock()
        self.out_lock = threading.Lock()

    def pay_in(self):
        with self.in_lock:
            self.cash += 5

    def pay_out(self):
        with self.out_lock:
            self.cash -= 5


def scenario():
    till = Till()
    a, b = threading.Thread(target=till.pay_in), threading.Thread(target=till.pay_out)
    a.start()
    b.start()
    a.join()
    b.join()
    assert till.cash == 10
