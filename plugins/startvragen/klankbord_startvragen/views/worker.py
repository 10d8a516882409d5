"""The worker's pages: my families, who filled in, ask, and what was shared."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.forms import FormInvalid, load
from klankbord.lists import columns, page_number, page_of
from klankbord.web import context, needs
from klankbord_startvragen.models import KEY
from klankbord_startvragen.permissions import WORK
from klankbord_startvragen.schemas import AskForm
from klankbord_startvragen.services import cards, families, shared_sheet
from klankbord_startvragen.views.blueprint import blueprint
from klankbord_startvragen.views.words import PICTURES, STEPS, TOPICS

CASE = {"case_id": "case_file"}


@blueprint.get("/startvragen")
@needs(WORK)
def overview() -> ResponseReturnValue:
    """List the worker's families and who has a sheet."""
    missing = request.args.get("show") == "missing"
    rows, total = families.families_of_mine(
        context(),
        missing=missing,
        sort=request.args.get("sort", "due"),
        page=page_number(),
    )
    heads = [
        (gettext("Family"), "family"),
        (gettext("Filled in"), ""),
        (gettext("Shared with you"), ""),
        (gettext("A sheet by"), "due"),
    ]
    return render_template(
        "startvragen/overview.html",
        rows=rows,
        columns=columns(heads),
        page=page_of(total),
        missing=missing,
        today=context().tenant.today(),
    )


@blueprint.get("/startvragen/<uuid:case_id>")
@needs(WORK, example=CASE)
def family(case_id: UUID) -> ResponseReturnValue:
    """Show who filled in, and what they let the worker read."""
    return _family_page(case_id)


@blueprint.post("/startvragen/<uuid:case_id>")
@needs(WORK, example=CASE)
def ask(case_id: UUID) -> ResponseReturnValue:
    """Ask a member to answer alone, or pass on the phone now."""
    try:
        values = load(AskForm())
    except FormInvalid:
        return _family_page(case_id, gettext("Choose who it is about.")), 422
    together = values["how"] == "together"
    client_id = values["client_id"]
    card_id = cards.ask_member(context(), case_id, client_id, together=together)
    if together:
        page = url_for(
            "questionnaires.pass_phone",
            key=KEY,
            subject_id=card_id,
            client_id=client_id,
        )
        return redirect(page, 303)
    flash(gettext("Asked. The questions stand ready in the portal."), "done")
    return redirect(url_for("startvragen.family", case_id=case_id), 303)


def _family_page(case_id: UUID, wrong: str = "") -> str:
    ctx = context()
    page = families.see_family(ctx, case_id)
    sheet = shared_sheet.read_shared(ctx, case_id, g.language)
    if wrong:  # said to who may see the family only
        flash(wrong, "late")
    return render_template(
        "startvragen/family.html",
        page=page,
        sheet=sheet,
        steps=STEPS,
        topics=TOPICS,
        pictures=PICTURES,
    )
