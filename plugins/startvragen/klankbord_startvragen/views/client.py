"""The member's own part: read it, change it, say that it fits, look back."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.errors import Invalid, Overtaken
from klankbord.forms import Form, FormInvalid, beside, load, refused
from klankbord.web import context, needs
from klankbord_startvragen.models import KEY
from klankbord_startvragen.permissions import OWN
from klankbord_startvragen.schemas import LONGEST_LINE, LineForm
from klankbord_startvragen.services import cards, changing, own_sheet
from klankbord_startvragen.services.changing import LinePage
from klankbord_startvragen.views.blueprint import blueprint
from klankbord_startvragen.views.words import (
    PICTURES,
    READERS,
    SHORT_READERS,
    TOPICS,
)

PART = {"part_id": "startvragen_part"}


@blueprint.get("/zo-werkt-het")
@needs(OWN)
def mine() -> ResponseReturnValue:
    """List the own parts; most people have one."""
    ctx = context()
    return render_template(
        "startvragen/mine.html",
        parts=own_sheet.own_parts(ctx),
        children=own_sheet.parts_of_children(ctx),
    )


@blueprint.get("/zo-werkt-het/<uuid:part_id>")
@needs(OWN, example=PART)
def part(part_id: UUID) -> ResponseReturnValue:
    """Show the own part: what stands there, and who may read it."""
    page = own_sheet.read_own(context(), part_id, g.language)
    filled = [line for line in page.lines if not line.empty]
    counts = {
        reader: sum(reader in page.readers[line.id] for line in filled)
        for reader in READERS
    }
    return render_template(
        "startvragen/part.html",
        page=page,
        topics=TOPICS,
        pictures=PICTURES,
        readers=READERS,
        short_readers=SHORT_READERS,
        counts=counts,
        # Said line by line only where not everything is for the same readers.
        mixed=page.own
        and page.member.running
        and any(0 < count < len(filled) for count in counts.values()),
    )


@blueprint.post("/zo-werkt-het/<uuid:part_id>/begin")
@needs(OWN, example=PART)
def begin(part_id: UUID) -> ResponseReturnValue:
    """Go to the questions, or go on with them."""
    card_id = cards.begin_card(context(), part_id)
    return redirect(url_for("questionnaires.start", key=KEY, subject_id=card_id), 303)


@blueprint.get("/zo-werkt-het/regel/<uuid:line_id>")
@needs(OWN, example={"line_id": "startvragen_line"})
def line(line_id: UUID) -> ResponseReturnValue:
    """Show one line, to change it."""
    page = changing.see_line(context(), line_id, g.language)
    typed = {"choice": page.choice, "words": page.words, "version": page.version}
    return _line_page(page, Form(typed))


@blueprint.post("/zo-werkt-het/regel/<uuid:line_id>")
@needs(OWN, example={"line_id": "startvragen_line"})
def change_line(line_id: UUID) -> ResponseReturnValue:
    """Keep what the member changed; who was overtaken sees both texts."""
    ctx = context()
    page = changing.see_line(ctx, line_id, g.language)
    try:
        values = load(LineForm())
    except FormInvalid as error:
        return _line_page(page, error.form), 422
    try:
        part_id = changing.change_line(ctx, line_id, **values)
    except Invalid as invalid:
        return _line_page(page, refused(values, invalid)), invalid.status
    except Overtaken as overtaken:
        return _line_page(page, beside(values, overtaken)), overtaken.status
    flash(gettext("Saved. What stood there before, you find at 'Earlier'."), "done")
    return redirect(url_for("startvragen.part", part_id=part_id), 303)


@blueprint.post("/zo-werkt-het/<uuid:part_id>/klopt-nog")
@needs(OWN, example=PART)
def fits(part_id: UUID) -> ResponseReturnValue:
    """Say that everything is still right."""
    changing.say_it_fits(context(), part_id)
    flash(gettext("Thank you. In a year we ask again."), "done")
    return redirect(url_for("startvragen.part", part_id=part_id), 303)


@blueprint.get("/zo-werkt-het/<uuid:part_id>/eerder")
@needs(OWN, example=PART)
def earlier(part_id: UUID) -> ResponseReturnValue:
    """Show what stood on the own part before; nobody else sees this."""
    ctx = context()
    return render_template(
        "startvragen/earlier.html",
        rows=own_sheet.read_earlier(ctx, part_id, g.language),
        page=own_sheet.read_own(ctx, part_id, g.language),
        topics=TOPICS,
    )


@blueprint.post("/zo-werkt-het/eerder/<uuid:earlier_id>")
@needs(OWN, example={"earlier_id": "startvragen_earlier_line"})
def put_back(earlier_id: UUID) -> ResponseReturnValue:
    """Put back what stood there."""
    part_id = changing.put_back(context(), earlier_id)
    flash(gettext("It stands there again."), "done")
    return redirect(url_for("startvragen.part", part_id=part_id), 303)


def _line_page(page: LinePage, form: Form) -> str:
    return render_template(
        "startvragen/line.html",
        page=page,
        form=form,
        topic=TOPICS[page.topic],
        options=[
            ("", gettext("I do not choose")),
            *page.options.items(),
        ],
        differing=_differing(page, form),
        limit=LONGEST_LINE,
    )


def _differing(page: LinePage, form: Form) -> list[tuple[str, str, str]]:
    """Return (what, saved elsewhere, typed here) for who was overtaken."""
    rows = []
    if "choice" in form.stored:
        said = [form.stored["choice"], form.values.get("choice")]
        rows.append((gettext("Choice"), *(page.options.get(one, "") for one in said)))
    if "words" in form.stored:
        typed = form.values.get("words") or ""
        rows.append((gettext("Your own words"), form.stored["words"] or "", typed))
    return rows
