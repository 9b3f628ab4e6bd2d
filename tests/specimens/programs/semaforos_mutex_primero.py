import threading

N = 2
mutex = threading.Semaphore(1)
vacios = threading.Semaphore(N)
llenos = threading.Semaphore(0)
almacen = []


class Productor(threading.Thread):
    def run(self):
        for i in range(5):
            mutex.acquire()
            vacios.acquire()
            almacen.append(i)
            llenos.release()
            mutex.release()


class Consumidor(threading.Thread):
    def run(self):
        for i in range(5):
            mutex.acquire()
            llenos.acquire()
            dato = almacen.pop(0)
            print("consumo", dato)
            vacios.release()
            mutex.release()


p = Productor()
c = Consumidor()
p.start()
c.start()
p.join()
c.join()
print("listo")
