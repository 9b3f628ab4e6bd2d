class Pipeline:
    def __init__(self, capacity):
        self.turn = 0
        self.message = None

    def set_message(self, message):
        while self.turn:
            pass
        self.turn = 1
        self.message = message

    def get_message(self):
        while not self.turn:
            pass
        message = self.message
        self.turn = 0
        return message
