import time


class Pipeline:
    def __init__(self):
        self.full = False
        self.message = None

    def put(self, message):
        while getattr(self, "full"):
            time.sleep(0)
        self.__dict__["full"] = True
        setattr(self, "message", message)

    def get(self):
        while not vars(self)["full"]:
            time.sleep(0)
        message = vars(self).get("message")
        self.__dict__.update(full=False)
        return message
