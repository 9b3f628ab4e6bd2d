"""Leaves a child in a session of its own behind. EXPECT starts a process"""
import os

if os.fork() == 0:
    os.setsid()
    while True:
        pass


class Pipeline:
    def set_message(self, message):
        pass

    def get_message(self):
        return 1
