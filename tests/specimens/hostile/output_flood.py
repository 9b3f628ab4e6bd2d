"""Writes without end to the descriptors that everybody has. EXPECT did not come back|had not ended"""
import os


class Pipeline:
    def set_message(self, message):
        text = b"x" * 65536
        write = os.write
        while write(1, text) and write(2, text):
            sum(range(3_000_000))

    def get_message(self):
        return 1
