import threading

remaining = 2
all_done = threading.Event()


def work():
    global remaining
    remaining -= 1
    if remaining == 0:
        all_done.set()


def scenario():
    for _ in range(2):
        threading.Thread(target=work).start()
    all_done.wait()
