import threading

start = threading.Barrier(3)
box = []


def erzeuger():
    start.wait()
    box.append(1)


def verbraucher():
    start.wait()
    print(box)


t1 = threading.Thread(target=erzeuger)
t2 = threading.Thread(target=verbraucher)
t1.start()
t2.start()
t1.join()
t2.join()
