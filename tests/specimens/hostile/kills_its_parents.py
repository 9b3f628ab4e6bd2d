"""Kills who started it and, where that is its own namespace, the first process. EXPECT sandbox it ran in was ended|did not come back|before the check was over"""
import os
import signal


class Pipeline:
    def set_message(self, message):
        if os.getppid() < 20:
            os.kill(1, signal.SIGKILL)
            os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    def get_message(self):
        return 1
