import struct
import time


class Pipeline:
    def __init__(self):
        self.cell = bytearray(4)
        self.view = memoryview(self.cell)
        self.is_full = False

    def write(self, number):
        while self.is_full:
            time.sleep(0.001)
        self.is_full = True
        struct.pack_into("<i", self.view, 0, number)

    def read(self):
        while not self.is_full:
            time.sleep(0.001)
        (number,) = struct.unpack_from("<i", self.cell)
        self.is_full = False
        return number
