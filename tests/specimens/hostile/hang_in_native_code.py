"""Computes in C for ever, with the interpreter in its hands. EXPECT did not come back"""


class Pipeline:
    def set_message(self, message):
        sum(range(10**15))

    def get_message(self):
        return 1
