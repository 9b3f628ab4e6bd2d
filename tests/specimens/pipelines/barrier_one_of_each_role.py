import threading


class Pipeline:
    def __init__(self):
        self.meeting = threading.Barrier(2)
        self.producers = threading.Lock()
        self.consumers = threading.Lock()
        self.message = None

    def set_message(self, message):
        with self.producers:
            self.message = message
            self.meeting.wait()
            self.meeting.wait()

    def get_message(self):
        with self.consumers:
            self.meeting.wait()
            message = self.message
            self.meeting.wait()
        return message
