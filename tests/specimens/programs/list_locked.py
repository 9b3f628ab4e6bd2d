import threading
import time

lock = threading.Lock()
lista = []
terminado = False
producer_pipeline = []
consumer_pipeline = []


def produtor():
    global terminado
    for i in range(4):
        with lock:
            lista.append(i)
            producer_pipeline.append(i)
        time.sleep(0.005)
    with lock:
        terminado = True


def consumidor():
    while True:
        with lock:
            if lista:
                consumer_pipeline.append(lista.pop(0))
            elif terminado:
                return
        time.sleep(0.005)


if __name__ == "__main__":
    p = threading.Thread(target=produtor)
    c = threading.Thread(target=consumidor)
    p.start()
    c.start()
    p.join()
    c.join()
    print(producer_pipeline, consumer_pipeline)
    assert producer_pipeline == consumer_pipeline
