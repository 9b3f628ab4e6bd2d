import time
from dataclasses import dataclass


@dataclass
class Envelope:
    content: int
    read: bool = False


class Pipeline:
    def __init__(self):
        self.envelopes = []

    def post(self, content):
        self.envelopes.append(Envelope(content))

    def fetch(self):
        while True:
            for envelope in self.envelopes:
                if not envelope.read:
                    envelope.read = True
                    return envelope.content
            time.sleep(0)
