import threading, queue

STOP = -1
q = queue.Queue()
lock = threading.Lock()
got = []

def producer():
    for i in range(5):
        q.put(i)
    q.put(STOP)

def consumer():
    while True:
        x = q.get()
        if x == STOP:
            q.put(STOP)
            return
        with lock:
            got.append(x)

p = threading.Thread(target=producer, name="P")
cs = [threading.Thread(target=consumer, name="C%d" % k) for k in range(3)]
p.start()
for c in cs: c.start()
p.join()
for c in cs: c.join()
assert sorted(got) == [0, 1, 2, 3, 4]
print("ok", got)
