"""What runs by itself: opening what is due, and the daily round."""

from datetime import time, timedelta
from typing import Final

from klankbord.plugin import Schedule
from klankbord_samen_sterker.services.opening import open_what_is_due
from klankbord_samen_sterker.services.rounds import look_after_reviews

SCHEDULES: Final = (
    # Besides at the planned moment of each opening, in case that one got lost.
    Schedule("samen_sterker.reveal", open_what_is_due, every=timedelta(hours=1)),
    Schedule("samen_sterker.round", look_after_reviews, at=time(6, 0)),
)
