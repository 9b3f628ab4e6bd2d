import threading
import queue
import time

buffer = queue.Queue(maxsize=3)
producer_pipeline = []
consumer_pipeline = []
N = 7

def producer():
    global N
    for i in range(N):
        producer_pipeline.append(i)
        buffer.put(i)
        time.sleep(0.001)

def consumer():
    global N
    for i in range(N):
        m = buffer.get()
        consumer_pipeline.append(m)

t1 = threading.Thread(target=producer)
t2 = threading.Thread(target=consumer)
t1.start()
t2.start()
t1.join()
t2.join()
print(producer_pipeline)
print(consumer_pipeline)
print(producer_pipeline == consumer_pipeline)
