"""Multiplies numbers of millions of digits. EXPECT did not come back|processor time"""


class Pipeline:
    def set_message(self, message):
        number = 7
        for _ in range(80):
            number = number**3

    def get_message(self):
        return 1
