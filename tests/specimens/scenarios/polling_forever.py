import threading
import time


class Job:
    def __init__(self):
        self.done = False
        self.result = None

    def run(self):
        done = True
        self.result = done


def scenario():
    job = Job()
    t = threading.Thread(target=job.run)
    t.start()
    while not job.done:
        time.sleep(0.1)
    t.join()
