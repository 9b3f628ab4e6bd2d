import threading

items = []
condition = threading.Condition()


class Consumer(threading.Thread):
    def run(self):
        for i in range(2):
            with condition:
                if len(items) == 0:
                    condition.wait()
                item = items.pop(0)
                print(self.name, "consumed", item)


class Producer(threading.Thread):
    def run(self):
        for i in range(4):
            with condition:
                items.append(i)
                condition.notify_all()


c1, c2, p = Consumer(), Consumer(), Producer()
c1.start()
c2.start()
p.start()
p.join()
c1.join()
c2.join()
