import threading
import queue


class Worker(threading.Thread):
    def __init__(self, q):
        threading.Thread.__init__(self)
        self.q = q

    def run(self):
        while True:
            x = self.q.get()
            if x is None:
                break
            print("working on", x)
        self.stop()

    def stop(self):
        self.join()


q = queue.Queue()
w = Worker(q)
w.start()
for i in range(3):
    q.put(i)
q.put(None)
