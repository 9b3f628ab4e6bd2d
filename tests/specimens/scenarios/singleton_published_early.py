import threading


class Config:
    _instance = None
    _lock = threading.Lock()

    @classmethod
    def instance(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    cls._instance = cls()
                    cls._instance.name = "default"
        return cls._instance


names = []


def scenario():
    threads = [threading.Thread(target=lambda: names.append(Config.instance().name)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert names == ["default"] * 2
