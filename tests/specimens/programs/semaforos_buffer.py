# Trabalho de Sistemas Operacionais - buffer limitado
import threading

TAM = 2
mutex = threading.Semaphore(1)
vazio = threading.Semaphore(TAM)
cheio = threading.Semaphore(0)
buffer_ = []
consumidos = []


def produtor(itens):
    for item in itens:
        vazio.acquire()
        mutex.acquire()
        buffer_.append(item)
        print(f"Produziu: {item}")
        mutex.release()
        cheio.release()


def consumidor(qtd):
    for _ in range(qtd):
        cheio.acquire()
        mutex.acquire()
        consumidos.append(buffer_.pop(0))
        mutex.release()
        vazio.release()


def principal():
    ts = [
        threading.Thread(target=produtor, args=([1, 2, 3],)),
        threading.Thread(target=produtor, args=([4, 5, 6],)),
        threading.Thread(target=consumidor, args=(4,)),
        threading.Thread(target=consumidor, args=(2,)),
    ]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    assert sorted(consumidos) == [1, 2, 3, 4, 5, 6]


if __name__ == "__main__":
    principal()
