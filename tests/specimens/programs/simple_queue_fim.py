import threading
from queue import SimpleQueue
from concurrent.futures import ThreadPoolExecutor

FIM = "FIM"


def produtor(canal: SimpleQueue, quantos: int) -> int:
    for i in range(quantos):
        canal.put(i % 2)
    canal.put(FIM)
    return quantos


def consumidor(canal: SimpleQueue) -> list:
    lidos = []
    while True:
        dado = canal.get()
        if dado == FIM:
            return lidos
        lidos.append(dado)


if __name__ == "__main__":
    canal = SimpleQueue()
    with ThreadPoolExecutor() as pool:
        f1 = pool.submit(produtor, canal, 5)
        f2 = pool.submit(consumidor, canal)
    assert f2.result() == [0, 1, 0, 1, 0] and f1.result() == 5
