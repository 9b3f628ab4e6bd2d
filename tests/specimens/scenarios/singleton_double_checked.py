import threading


class Config:
    _instance = None
    _lock = threading.Lock()

    @classmethod
    def instance(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    made = cls()
                    made.name = "default"
                    cls._instance = made
        return cls._instance


def scenario():
    got = []
    threads = [threading.Thread(target=lambda: got.append(Config.instance())) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert got[0] is got[1]
    assert got[0].name == "default"
