class Pipeline:
    def __init__(self):
        object.__setattr__(self, "slot", None)
        object.__setattr__(self, "full", False)

    def __setattr__(self, k, v):
        raise AttributeError("frozen")

    def set_message(self, m):
        while object.__getattribute__(self, "full"):
            pass
        object.__setattr__(self, "slot", m)
        object.__setattr__(self, "full", True)

    def get_message(self):
        while not object.__getattribute__(self, "full"):
            pass
        m = object.__getattribute__(self, "slot")
        object.__setattr__(self, "full", False)
        return m
