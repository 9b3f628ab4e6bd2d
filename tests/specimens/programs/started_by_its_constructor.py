import threading


class Poller(threading.Thread):
    def __init__(self):
        super().__init__()
        self.start()


class NamedPoller(Poller):
    def __init__(self, label):
        super().__init__()
        self.label = label

    def run(self):
        print("polling", self.label)


p = NamedPoller("mail")
p.join()
