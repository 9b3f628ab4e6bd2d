import threading

ready = threading.Event()
slot = None
sent, received = [], []


def producer():
    global slot
    for i in range(3):
        sent.append(i)
        slot = i
        ready.set()


def consumer():
    for i in range(3):
        if ready.wait(timeout=2):
            received.append(slot)
            ready.clear()


p = threading.Thread(target=producer)
c = threading.Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
assert received == sent, f"{received} != {sent}"
