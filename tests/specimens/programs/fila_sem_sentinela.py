# Exercicio 3 - produtor e consumidor
import threading
from queue import Queue
from time import sleep
from random import random

FIM = "THE END"
fila = Queue()


def produtor(fila, n):
    for i in range(n):
        sleep(random() / 100)
        fila.put(i)
        print(f"[produtor] colocou {i}")
    print("[produtor] terminou")


def consumidor(fila):
    while True:
        item = fila.get()
        if item == FIM:
            break
        print(f"[consumidor] pegou {item}")


if __name__ == "__main__":
    t1 = threading.Thread(target=produtor, args=(fila, 4))
    t2 = threading.Thread(target=consumidor, args=(fila,))
    t1.start()
    t2.start()
    t1.join()
    t2.join()
    print("fim")
