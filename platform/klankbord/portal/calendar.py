"""An appointment for the calendar on somebody's own phone: iCalendar, RFC 5545.

A calendar is often shared, so the file holds a moment and one neutral word: no place,
no name, no organisation.
"""

from datetime import UTC

from klankbord.db import now
from klankbord.portal.home import Meeting

UTC_MOMENT = "%Y%m%dT%H%M%SZ"


def calendar_file(meeting: Meeting, title: str) -> str:
    """Return the file; taken again after a move, it moves the same appointment."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//NL",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.id}",
        f"DTSTAMP:{now().astimezone(UTC):{UTC_MOMENT}}",
        f"SEQUENCE:{meeting.version}",
        f"DTSTART:{meeting.begins_at.astimezone(UTC):{UTC_MOMENT}}",
        f"SUMMARY:{title}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{line}\r\n" for line in lines)
