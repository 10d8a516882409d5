"""To whom a mail goes and at which hours: looked up at the moment of sending."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from klankbord.context import Context

# Between 22 and 8 clients and buddies get nothing, unless they chose other hours.
SAFE_FROM = time(8)
SAFE_UNTIL = time(22)


@dataclass(frozen=True)
class Recipient:
    """What sending has to know of a person.

    `young`: who is "je" whatever the organisation says to grown-ups, as on the pages.
    `refused`: said no to mail. `safe_from` and `safe_until` are the hours of the day
    that this person chose, over midnight when the first is the later one.
    """

    email: str | None
    language: str | None
    is_staff: bool
    young: bool = False
    disabled: bool = False
    do_not_mail: bool = False
    refused: bool = False
    safe_from: time | None = None
    safe_until: time | None = None


class AddressBook(Protocol):
    """What sending asks and the feature with the people tells."""

    def find(
        self, ctx: Context, client_id: UUID | None, account_id: UUID | None
    ) -> Recipient:
        """Return the client or account, as they are now."""

    def workers(self, ctx: Context, client_ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Return by client the name of who works with them now."""


def next_safe_moment(
    recipient: Recipient, time_zone: ZoneInfo, moment: datetime
) -> datetime | None:
    """Return when the next safe hours begin, or None when it is one now."""
    begins, ends = recipient.safe_from, recipient.safe_until
    if begins is None or ends is None or begins == ends:
        begins, ends = SAFE_FROM, SAFE_UNTIL
    local = moment.astimezone(time_zone)
    clock = local.time()
    safe = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if safe:
        return None
    day = local.date() if clock < begins else local.date() + timedelta(days=1)
    return datetime.combine(day, begins, time_zone).astimezone(moment.tzinfo)
