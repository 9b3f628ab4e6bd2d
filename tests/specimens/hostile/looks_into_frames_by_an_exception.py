"""Gets at the frames through a traceback. EXPECT tb_frame"""


class Pipeline:
    def set_message(self, message):
        try:
            raise ValueError
        except ValueError as error:
            frame = error.__traceback__.tb_frame
            frame.f_back.f_locals.clear()

    def get_message(self):
        return 1
