import time
import threading
import queue

q = queue.Queue(maxsize=5)


def produtor(segundos):
    fim = time.time() + segundos
    n = 0
    while time.time() < fim:
        q.put(n)
        n += 1
        time.sleep(0.02)
    q.put("fim")


def consumidor():
    inicio = time.time()
    recebidos = 0
    while q.get() != "fim":
        recebidos += 1
    print(f"{recebidos} itens em {time.time() - inicio:.2f} s")


threads = [threading.Thread(target=produtor, args=(0.1,)), threading.Thread(target=consumidor)]
for t in threads:
    t.start()
for t in threads:
    t.join()
