import threading
from concurrent.futures import ThreadPoolExecutor
def scenario():
    finished = threading.Event()
    def on_done(f):
        print("done: " + f.result())
        finished.set()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: 5).add_done_callback(on_done)
        finished.wait()
