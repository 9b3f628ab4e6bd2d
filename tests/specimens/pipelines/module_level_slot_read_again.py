import threading

message = None
empty = threading.Semaphore(1)
full = threading.Semaphore(0)


class Pipeline:
    def set_message(self, value):
        global message
        empty.acquire()
        message = value
        full.release()

    def get_message(self):
        full.acquire()
        print("got", message)
        empty.release()
        return message
