import threading
import queue

q = queue.Queue(2)


class Producer(threading.Thread):
    def run(self):
        for i in range(5):
            q.put(i)


class Consumer(threading.Thread):
    def run(self):
        for i in range(5):
            print(q.get())


Producer().run()
Consumer().run()
print("fertig")
