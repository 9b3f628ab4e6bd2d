import threading


class Pipeline:
    def __init__(self):
        self.meeting = threading.Barrier(2, timeout=5)
        self.lock_p, self.lock_c = threading.Lock(), threading.Lock()
        self.message = None

    def set_message(self, message):
        with self.lock_p:
            self.message = message
            self.meeting.wait()
            self.meeting.wait()

    def get_message(self):
        with self.lock_c:
            self.meeting.wait()
            message = self.message
            self.meeting.wait()
            return message
