"""What runs by itself: answers come onto the sheet, and the daily round."""

from datetime import time, timedelta
from typing import Final

from klankbord.plugin import Schedule
from klankbord_startvragen.services.drawing import draw_up_due
from klankbord_startvragen.services.rounds import look_after_sheets

SCHEDULES: Final = (
    # Besides at the planned moment of each card, in case that one got lost.
    Schedule("startvragen.draw_up", draw_up_due, every=timedelta(hours=1)),
    Schedule("startvragen.round", look_after_sheets, at=time(6, 15)),
)
