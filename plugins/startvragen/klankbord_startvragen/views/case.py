"""What the page of a case shows: what the family lets this reader know, on top."""

from collections.abc import Sequence
from uuid import UUID

from klankbord.context import Context
from klankbord.plugin import CasePanel
from klankbord_startvragen.permissions import READ
from klankbord_startvragen.services.lines import Shown
from klankbord_startvragen.services.parts import works_in
from klankbord_startvragen.services.shared_sheet import look_at_shared
from klankbord_startvragen.views.words import FIRST, PICTURES, TOPICS


def panel_of_case(ctx: Context, case_id: UUID, language: str) -> CasePanel | None:
    """Return what was shared with who looks; for the worker else the way to begin."""
    if not ctx.actor.may(READ):
        return None
    ctx.require(READ)
    works = works_in(ctx, case_id)
    sheet = look_at_shared(ctx, case_id, language)
    if sheet is None:
        return CasePanel("startvragen/panel_begin.html", case_id) if works else None
    page = {
        "case_id": case_id,
        "parts": [(part, *_first_and_rest(part.lines)) for part in sheet.parts],
        "works": works,
        "topics": TOPICS,
        "pictures": PICTURES,
    }
    return CasePanel("startvragen/panel.html", page, on_top=True)


def _first_and_rest(lines: Sequence[Shown]) -> tuple[Sequence[Shown], Sequence[Shown]]:
    """Return what to know before one goes there, and what opens on a press."""
    by_topic = {line.topic: line for line in lines if not _goes_without_saying(line)}
    first = [by_topic[topic] for topic in FIRST if topic in by_topic]
    rest = [line for line in lines if line not in first]
    return (first, rest) if first and len(rest) > 1 else (lines, ())


def _goes_without_saying(line: Shown) -> bool:
    return (line.topic, line.choice, line.words) == ("language", "dutch", "")
