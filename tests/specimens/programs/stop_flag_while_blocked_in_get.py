import queue
import threading


class Consumer(threading.Thread):
    def __init__(self, q):
        super().__init__()
        self.q = q
        self.keep_running = True
        self.items = []

    def run(self):
        while self.keep_running:
            self.items.append(self.q.get())

    def stop(self):
        self.keep_running = False


if __name__ == "__main__":
    q = queue.Queue()
    consumer = Consumer(q)
    consumer.start()
    for i in range(3):
        q.put(i)
    consumer.stop()
    consumer.join()
    print(consumer.items)
