import threading
import queue

q = queue.Queue()
producer_pipeline, consumer_pipeline = [], []


def producer():
    for i in range(4):
        q.put(i)
        producer_pipeline.append(i)


def consumer():
    while True:
        item = q.get()
        q.task_done()
        consumer_pipeline.append(item)


threading.Thread(target=consumer, daemon=True).start()
p = threading.Thread(target=producer)
p.start()
p.join()
q.join()
assert producer_pipeline == consumer_pipeline, "lost messages!"
