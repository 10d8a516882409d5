"""Mails that say only that there is something to do: nothing about whom or what."""

from typing import Final
from uuid import UUID

from flask_babel import gettext

from klankbord.context import Context
from klankbord.errors import N_
from klankbord.plugin import Json, Mail, MailKind
from klankbord_startvragen.models import Part
from klankbord_startvragen.services.cards import CLIENT_PAGE
from klankbord_startvragen.services.parts import Member, members


def _asked(ctx: Context, values: Json) -> Mail | None:
    member = _find(ctx, values)
    if member is None:
        return None
    return Mail(
        subject=gettext("There are questions for you"),
        sentences=(
            gettext("There are questions for you about how you like to work together."),
            gettext("It takes about 8 minutes."),
            gettext("You may skip each question."),
        ),
        button=gettext("Look at the questions"),
        url=_url(member),
    )


def _still_fits(ctx: Context, values: Json) -> Mail | None:
    member = _find(ctx, values)
    if member is None:
        return None
    return Mail(
        subject=gettext("Does this still fit?"),
        sentences=(
            gettext("A year ago you told what works for you."),
            gettext("Would you like to look whether it still fits?"),
        ),
        button=gettext("Look at it"),
        url=_url(member),
    )


def _new_worker(ctx: Context, values: Json) -> Mail | None:
    member = _find(ctx, values)
    if member is None:
        return None
    return Mail(
        subject=gettext("There is a question for you"),
        sentences=(
            gettext("Somebody else works with you now."),
            gettext("Nobody new reads your page until you say so."),
        ),
        button=gettext("Look at it"),
        url=f"{_url(member)}/wie",
    )


def _yours_now(ctx: Context, values: Json) -> Mail | None:
    member = _find(ctx, values)
    if member is None:
        return None
    return Mail(
        subject=gettext("There is something to read for you"),
        sentences=(
            gettext("You are 12 now."),
            gettext("From now on you decide about your own page."),
        ),
        button=gettext("Look at it"),
        url=_url(member),
    )


def _find(ctx: Context, values: Json) -> Member | None:
    """Return the member, while there is still something to ask."""
    found = members(ctx, Part.id == UUID(values["part_id"]))
    return found[0] if found and found[0].running else None


def _url(member: Member) -> str:
    return f"{CLIENT_PAGE}/{member.part_id}"


MAILS: Final = (
    MailKind("startvragen.answer", _asked, title=N_("Startvragen: questions")),
    MailKind(
        "startvragen.still_fits", _still_fits, title=N_("Startvragen: once a year")
    ),
    MailKind(
        "startvragen.new_worker",
        _new_worker,
        title=N_("Startvragen: there is a new worker"),
    ),
    MailKind("startvragen.yours_now", _yours_now, title=N_("Startvragen: turned 12")),
)
