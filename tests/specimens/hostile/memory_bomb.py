"""Takes all the memory there is. EXPECT MemoryError|memory|did not come back"""

hoard = []


class Pipeline:
    def set_message(self, message):
        while True:
            hoard.append(bytearray(64 << 20))

    def get_message(self):
        return 1
