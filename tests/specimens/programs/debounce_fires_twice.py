import threading

calls = []
timer = None

def trigger():
    global timer
    if timer is not None:
        timer.cancel()
    timer = threading.Timer(0.2, calls.append, ("go",))
    timer.start()

if __name__ == "__main__":
    trigger()
    trigger()
    timer.join()
    assert calls == ["go"], calls
