import threading


class Pipeline:
    def __init__(self):
        self.meeting = threading.Barrier(2)
        self.message = None

    def set_message(self, message):
        self.message = message
        self.meeting.wait()
        self.meeting.wait()

    def get_message(self):
        self.meeting.wait()
        message = self.message
        self.meeting.wait()
        return message
