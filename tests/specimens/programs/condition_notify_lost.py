import threading
import time

cond = threading.Condition()
message = None


def sender():
    global message
    with cond:
        message = "hello"
        cond.notify()


def receiver():
    with cond:
        cond.wait()
        print("received", message)


def main():
    r = threading.Thread(target=receiver)
    s = threading.Thread(target=sender)
    r.start()
    s.start()
    r.join()
    s.join()
    print("bye")


main()
