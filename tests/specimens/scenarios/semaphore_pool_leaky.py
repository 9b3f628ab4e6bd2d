import threading

slots = threading.Semaphore(1)
served = []


def serve(customer):
    slots.acquire()
    if customer is None:
        return
    served.append(customer)
    slots.release()


def scenario():
    threads = [threading.Thread(target=serve, args=(c,)) for c in (None, "eve")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
