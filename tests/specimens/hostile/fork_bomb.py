"""Forks and forks, by the name that nobody replaced. EXPECT starts a process"""
import posix


class Pipeline:
    def set_message(self, message):
        while True:
            posix.fork()

    def get_message(self):
        return 1
