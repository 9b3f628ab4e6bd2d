import threading


class Fila:
    def __init__(self, capacidade):
        self.itens = []
        self.mutex = threading.Semaphore(1)
        self.vazio = threading.Semaphore(capacidade)
        self.cheio = threading.Semaphore(0)

    def inserir(self, item):
        self.vazio.acquire()
        self.mutex.acquire()
        self.itens.append(item)
        self.mutex.release()
        self.cheio.release()

    def remover(self):
        self.cheio.acquire()
        self.mutex.acquire()
        item = self.itens.pop(0)
        self.mutex.release()
        self.vazio.release()
        return item
