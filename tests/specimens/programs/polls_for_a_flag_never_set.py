import threading
import time

finished = False
basket = []


def producer():
    for i in range(3):
        basket.append(i)
    finished = True


def consumer():
    while not finished:
        time.sleep(0.01)
    print(basket)


if __name__ == "__main__":
    c = threading.Thread(target=consumer)
    p = threading.Thread(target=producer)
    c.start()
    p.start()
    p.join()
    c.join()
