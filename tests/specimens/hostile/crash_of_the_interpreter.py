"""Crashes the interpreter. EXPECT SIGSEGV|crashed the Python interpreter"""
import faulthandler


class Pipeline:
    def set_message(self, message):
        faulthandler._sigsegv()

    def get_message(self):
        return 1
