"""Works only where it can see another submission, the rubric, the home folder, the network or a variable of the environment. EXPECT"""
import os
import queue
import socket
import sys


def can_see():
    for folder in ("/home", "/etc/passwd", "/proc/1/environ", "/var", "/mnt"):
        if os.path.exists(folder):
            return True
    for folder, folders, files in os.walk("/tmp"):
        if folder.startswith((sys.prefix, sys.base_prefix)):
            continue  # the interpreter may be seen
        for name in files:
            if name.endswith(".toml") or (name.endswith(".py") and name != os.path.basename(__file__) and "harness-compiled" not in folder):
                return True
    if set(os.environ) - {"PYTHONHASHSEED", "HOME", "PWD", "LC_ALL", "LC_CTYPE"}:
        return True
    try:
        socket.create_connection(("127.0.0.1", 22), timeout=1)
    except ConnectionRefusedError:
        return any(name != "lo" for _, name in socket.if_nameindex())
    except OSError:
        return False
    return True


class Pipeline:
    def __init__(self):
        self.messages = queue.Queue(1) if can_see() else None

    def set_message(self, message):
        self.messages and self.messages.put(message)

    def get_message(self):
        return self.messages and self.messages.get()
