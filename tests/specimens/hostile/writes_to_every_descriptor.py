"""Writes rubbish to every descriptor. EXPECT evidence is forged"""
import os


class Pipeline:
    def set_message(self, message):
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b"E" + bytes(200))
            except OSError:
                pass

    def get_message(self):
        return 1
