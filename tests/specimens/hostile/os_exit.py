"""Says that all is well, and ends the process before anybody has looked. EXPECT os._exit"""
import os


class Pipeline:
    def set_message(self, message):
        print('{"verdict": "verified"}')
        os.write(1, b'{"verdict": "verified"}')
        os._exit(0)

    def get_message(self):
        return 1
