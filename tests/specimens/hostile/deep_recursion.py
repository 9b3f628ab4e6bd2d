"""Recurses for ever. EXPECT RecursionError|stack"""


class Pipeline:
    def set_message(self, message):
        self.set_message([message])

    def get_message(self):
        return self.get_message()
