"""Looks for the harness in the frames of its callers. EXPECT sys._getframe\\) at .*:8 in set_message"""
import sys


class Pipeline:
    def set_message(self, message):
        # the callers' variables hold what was put and got
        frame = sys._getframe(1)
        while frame is not None:
            frame = frame.f_back

    def get_message(self):
        return 1
