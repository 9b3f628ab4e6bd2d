from queue import SimpleQueue


class Pipeline:
    def __init__(self, capacity):
        self.tokens = SimpleQueue()
        self.messages = SimpleQueue()
        for _ in range(capacity):
            self.tokens.put(object())

    def set_message(self, message):
        token = self.tokens.get()
        self.messages.put((token, message))

    def get_message(self):
        token, message = self.messages.get()
        self.tokens.put(token)
        return message
