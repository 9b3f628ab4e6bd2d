import threading
from concurrent.futures import ThreadPoolExecutor

ready = threading.Event()
settings = {}


def load():
    settings["limit"] = 100 // len(settings)
    ready.set()


def serve():
    ready.wait()
    return settings["limit"]


def scenario():
    with ThreadPoolExecutor(max_workers=2) as pool:
        pool.submit(load)
        pool.submit(serve)
