"""What the page of a case shows: what the family lets this reader know, on top."""

from uuid import UUID

from flask import g

from klankbord.context import Context
from klankbord.plugin import CasePanel
from klankbord_startvragen.permissions import READ
from klankbord_startvragen.services.parts import works_in
from klankbord_startvragen.services.shared_sheet import look_at_shared
from klankbord_startvragen.views.words import PICTURES, TOPICS


def panel_of_case(ctx: Context, case_id: UUID) -> CasePanel | None:
    """Return what was shared with who looks; for the worker else the way to begin."""
    if not ctx.actor.may(READ):
        return None
    ctx.require(READ)
    works = works_in(ctx, case_id)
    sheet = look_at_shared(ctx, case_id, g.language)
    if sheet is None:
        return CasePanel("startvragen/panel_begin.html", case_id) if works else None
    page = {"sheet": sheet, "works": works, "topics": TOPICS, "pictures": PICTURES}
    return CasePanel("startvragen/panel.html", page, on_top=True)
