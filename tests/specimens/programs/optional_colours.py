import queue
import threading

try:
    from colorama_of_a_later_age import Fore
except ImportError:
    class Fore:
        GREEN = RED = RESET = ""

try:
    from tqdm_of_a_later_age import tqdm
except ImportError:
    def tqdm(it):
        return it

q = queue.Queue(2)


def producer():
    for i in tqdm(range(4)):
        q.put(i)
        print(Fore.GREEN + f"+ {i}" + Fore.RESET)
    q.put(None)


def consumer():
    while (i := q.get()) is not None:
        print(Fore.RED + f"- {i}" + Fore.RESET)


a, b = threading.Thread(target=producer), threading.Thread(target=consumer)
a.start()
b.start()
a.join()
b.join()
