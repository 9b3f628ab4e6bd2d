import threading


class Letter:
    def __init__(self, text):
        self.text = text


class Pipeline:
    def __init__(self, capacity):
        self.changed = threading.Condition()
        self.letters = []
        self.stamps = {}
        self.capacity = capacity

    def put(self, message):
        with self.changed:
            self.owner = id(threading.current_thread())
            self.changed.wait_for(lambda: len(self.letters) < self.capacity)
            letter = Letter(message)
            self.letters.append(letter)
            self.stamps[id(letter)] = hash(letter)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            self.changed.wait_for(lambda: self.letters)
            letter = self.letters.pop(0)
            del self.stamps[id(letter)]
            self.owner = str(letter)
            self.changed.notify_all()
            return letter.text
