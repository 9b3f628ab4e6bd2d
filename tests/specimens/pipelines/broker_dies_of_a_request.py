import queue
import threading


class Pipeline(threading.Thread):
    def __init__(self):
        threading.Thread.__init__(self, daemon=True)
        self.requests = queue.Queue()
        self.buffer = []
        self.start()

    def run(self):
        while True:
            kind, value, reply = self.requests.get()
            if kind == "put":
                self.buffer.append(value)
                reply.put(None)
            else:
                reply.put(self.buffer.pop(0))

    def ask(self, kind, value=None):
        reply = queue.Queue()
        self.requests.put((kind, value, reply))
        return reply.get()

    def send(self, value):
        self.ask("put", value)

    def receive(self):
        return self.ask("get")
