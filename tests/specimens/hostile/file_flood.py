"""Fills the disk. EXPECT too large|OSError|No space|File too large"""


class Pipeline:
    def set_message(self, message):
        with open("big", "wb") as file:
            while True:
                file.write(b"x" * (1 << 20))
                file.flush()

    def get_message(self):
        return 1
