import sys
import threading
import queue

q = queue.Queue(maxsize=1)


def producer():
    for word in ["one", "two", "quit"]:
        q.put(word)


def consumer():
    while True:
        word = q.get()
        if word == "quit":
            sys.exit()
        print(word)


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
print("both threads have ended")
