"""Decide who may read the own part: the whole of it, or line by line."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.context import NOT_FOUND
from klankbord.errors import NotFound
from klankbord.forms import Form, FormInvalid, load
from klankbord.web import context, needs
from klankbord_startvragen.permissions import OWN
from klankbord_startvragen.schemas import Reader, ShareForm, share_form_of
from klankbord_startvragen.services import changing, own_sheet
from klankbord_startvragen.services.own_sheet import OwnSheet
from klankbord_startvragen.views.blueprint import blueprint
from klankbord_startvragen.views.words import READERS, TOPICS

PART = {"part_id": "startvragen_part"}


@blueprint.get("/zo-werkt-het/<uuid:part_id>/wie")
@needs(OWN, example=PART)
def readers(part_id: UUID) -> ResponseReturnValue:
    """Ask who may read it."""
    page = _changeable(part_id)
    filled = [line for line in page.lines if not line.empty]
    whole = [
        reader.value
        for reader in Reader
        if filled and all(reader in page.readers[line.id] for line in filled)
    ]
    return _page(page, Form({"readers": whole}))


@blueprint.post("/zo-werkt-het/<uuid:part_id>/wie")
@needs(OWN, example=PART)
def share(part_id: UUID) -> ResponseReturnValue:
    """Let these people read the whole part."""
    try:
        values = load(ShareForm())
    except FormInvalid as error:
        return _page(_changeable(part_id), error.form), 422
    named = [Reader(value) for value in values["readers"]]
    changing.share_all(context(), part_id, named)
    return _done(part_id, bool(named))


@blueprint.post("/zo-werkt-het/<uuid:part_id>/wie-per-onderwerp")
@needs(OWN, example=PART)
def share_each(part_id: UUID) -> ResponseReturnValue:
    """Let each line be read by those who were ticked for it."""
    page = _changeable(part_id)
    lines = [line.id for line in page.lines if not line.empty]
    try:
        values = load(share_form_of(lines))
    except FormInvalid as error:
        return _page(page, error.form), 422
    named = {
        line_id: [Reader(value) for value in values[f"line_{line_id}"]]
        for line_id in lines
    }
    changing.share_each(context(), part_id, named)
    return _done(part_id, any(named.values()))


@blueprint.post("/zo-werkt-het/<uuid:part_id>/niemand")
@needs(OWN, example=PART)
def stop(part_id: UUID) -> ResponseReturnValue:
    """Let nobody else read it, from now on."""
    changing.stop_sharing(context(), part_id)
    return _done(part_id, shared=False)


def _done(part_id: UUID, shared: bool) -> ResponseReturnValue:
    flash(
        gettext("Saved. You can change this at any time.")
        if shared
        else gettext("Nobody else can read it now."),
        "done",
    )
    return redirect(url_for("startvragen.part", part_id=part_id), 303)


def _changeable(part_id: UUID) -> OwnSheet:
    page = own_sheet.read_own(context(), part_id, g.language)
    if not page.may_change:
        raise NotFound(NOT_FOUND)
    return page


def _page(page: OwnSheet, form: Form) -> str:
    each = {
        f"line_{line.id}": [reader.value for reader in page.readers[line.id]]
        for line in page.lines
    }
    return render_template(
        "startvragen/readers.html",
        page=page,
        form=Form({**each, **form.values}, form.errors),
        topics=TOPICS,
        options=_options(page),
    )


def _options(page: OwnSheet) -> list[tuple[str, str]]:
    """Return whom one can choose: a worker and an expert only where there is one."""
    member = page.member
    there = {
        Reader.WORKER: bool(member.worker),
        Reader.NEW_WORKER: True,
        Reader.EXPERT: own_sheet.has_expert(context(), member),
    }
    return [
        (reader.value, gettext(READERS[reader], worker=member.worker))
        for reader, present in there.items()
        if present
    ]
