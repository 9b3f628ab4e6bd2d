import threading

cond = threading.Condition()
inbox = {"mail": None, "full": False}


def absender():
    with cond:
        inbox["mail"] = "hallo"
        inbox["full"] = True
        cond.notify()


def empfaenger(ergebnis):
    with cond:
        cond.wait_for(lambda: inbox["full"])
        ergebnis.append(inbox["mail"])


if __name__ == "__main__":
    ergebnis = []
    e = threading.Thread(target=empfaenger, args=(ergebnis,))
    a = threading.Thread(target=absender)
    e.start(); a.start()
    e.join(); a.join()
    assert ergebnis == ["hallo"]
