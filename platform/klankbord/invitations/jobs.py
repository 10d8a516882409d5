"""What invitations do by themselves."""

from datetime import timedelta

from klankbord.invitations.services.inviting import mark_expired
from klankbord.plugin import Schedule

SCHEDULES = (
    Schedule("invitations.mark_expired", mark_expired, every=timedelta(hours=1)),
)
