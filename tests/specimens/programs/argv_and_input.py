import sys
import threading
import queue

count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
nome = input("Qual o seu nome? ")
q = queue.Queue()


def produtor():
    for i in range(count):
        q.put(f"{nome}-{i}")
    q.put("FIM")


def consumidor():
    while True:
        m = q.get()
        if m == "FIM":
            break
        print("recebido", m)


a = threading.Thread(target=produtor)
b = threading.Thread(target=consumidor)
a.start(); b.start()
a.join(); b.join()
