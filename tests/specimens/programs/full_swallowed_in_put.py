import queue
import threading


class Mailbox:
    def __init__(self):
        self.q = queue.Queue(maxsize=1)

    def put(self, letter):
        try:
            self.q.put(letter, block=False)
        except queue.Full:
            pass

    def get(self):
        return self.q.get()


def main():
    box = Mailbox()
    postman = threading.Thread(target=lambda: [box.put(i) for i in range(1, 4)])
    reader = threading.Thread(target=lambda: [print(box.get()) for i in range(3)])
    postman.start()
    reader.start()
    postman.join()
    reader.join()


if __name__ == "__main__":
    main()
