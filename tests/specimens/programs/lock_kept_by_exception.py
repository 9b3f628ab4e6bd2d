import threading

lock = threading.Lock()
values = ["1", "x", "3"]
total = 0


def adder(text):
    global total
    lock.acquire()
    total += int(text)
    lock.release()


threads = []
for v in values:
    t = threading.Thread(target=adder, args=(v,))
    t.start()
    threads.append(t)
for t in threads:
    t.join()
print(total)
