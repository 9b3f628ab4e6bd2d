"""Has lines written when the process ends, and ends it. EXPECT ended the process|SystemExit|before the check was over"""
import atexit
import os
import sys


def boast():
    for descriptor in range(1, 64):
        try:
            os.write(descriptor, b'{"verdict": "verified"}')
        except OSError:
            pass


atexit.register(boast)


class Pipeline:
    def set_message(self, message):
        sys.exit(0)

    def get_message(self):
        return 1
