"""Sends itself the signal that nobody can hold up. EXPECT SIGKILL"""
import os
import signal


class Pipeline:
    def set_message(self, message):
        os.kill(os.getpid(), signal.SIGKILL)

    def get_message(self):
        return 1
