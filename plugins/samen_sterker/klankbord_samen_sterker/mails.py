"""Mails that say only that there is something to read: nothing about whom or what."""

from typing import Final
from uuid import UUID

from flask_babel import format_date, gettext

from klankbord.context import Context
from klankbord.errors import N_
from klankbord.plugin import Json, Mail, MailKind
from klankbord_samen_sterker.models import (
    ANSWERABLE,
    OPENED,
    RelationReview,
    ReviewState,
)

CLIENT_PAGE: Final = "/samenwerken"
WORKER_PAGE: Final = "/samen-sterker"


def _opened(ctx: Context, values: Json) -> Mail | None:
    review = _find(ctx, values)
    if review is None or review.state not in ANSWERABLE or review.client_sent_at:
        return None
    return Mail(
        subject=gettext("There are questions for you"),
        sentences=(
            gettext("There are 5 short questions for you."),
            gettext("It takes about 4 minutes."),
            gettext("You can do this until %(date)s.", date=_day(review)),
        ),
        button=gettext("Look at the questions"),
        url=f"{CLIENT_PAGE}/{review.id}",
    )


def _reminder(ctx: Context, values: Json) -> Mail | None:
    review = _find(ctx, values)
    if review is None or review.state not in ANSWERABLE or review.client_sent_at:
        return None
    return Mail(
        subject=gettext("The questions are still there for you"),
        sentences=(
            gettext("The 5 short questions are still there for you."),
            gettext("You can do this until %(date)s.", date=_day(review)),
            gettext("You may also skip them."),
        ),
        button=gettext("Look at the questions"),
        url=f"{CLIENT_PAGE}/{review.id}",
    )


def _revealed(ctx: Context, values: Json) -> Mail | None:
    review = _find(ctx, values)
    if review is None or review.state is not ReviewState.REVEALED:
        return None
    return Mail(
        subject=gettext("There is something to read for you"),
        sentences=(gettext("There is something new to read for you."),),
        button=gettext("Look at it"),
        url=f"{CLIENT_PAGE}/{review.id}",
    )


def _expired(ctx: Context, values: Json) -> Mail | None:
    review = _find(ctx, values)
    if review is None or review.state is not ReviewState.EXPIRED:
        return None
    return Mail(
        subject=gettext("There is something to read for you"),
        sentences=(
            gettext("The time to answer is over."),
            gettext("Your own answers are kept for a short while. You can save them."),
        ),
        button=gettext("Look at it"),
        url=f"{CLIENT_PAGE}/{review.id}",
    )


def _worker_reminder(ctx: Context, values: Json) -> Mail | None:
    review = _find(ctx, values)
    if review is None or review.state not in ANSWERABLE or review.worker_sent_at:
        return None
    return Mail(
        subject=gettext("A review still waits for you"),
        sentences=(
            gettext("A review of Samen Sterker still waits for your answers."),
            gettext("You can do this until %(date)s.", date=_day(review)),
        ),
        button=gettext("Look at it"),
        url=f"{WORKER_PAGE}/{review.id}",
    )


def _shared(ctx: Context, values: Json) -> Mail | None:
    review = _find(ctx, values)
    if review is None or review.state in OPENED or review.client_answers_id is None:
        return None
    return Mail(
        subject=gettext("There is something to read for you"),
        sentences=(gettext("Somebody shared something with you in Samen Sterker."),),
        button=gettext("Look at it"),
        url=f"{WORKER_PAGE}/{review.id}",
    )


def _find(ctx: Context, values: Json) -> RelationReview | None:
    review_id = UUID(values["review_id"])
    return ctx.session.get(RelationReview, (ctx.tenant_id, review_id))


def _day(review: RelationReview) -> str:
    return str(format_date(review.due_on, "EEEE d MMMM"))


MAILS: Final = (
    MailKind(
        "samen_sterker.opened", _opened, title=N_("Samen Sterker: something to answer")
    ),
    MailKind(
        "samen_sterker.reminder", _reminder, title=N_("Samen Sterker: a reminder")
    ),
    MailKind(
        "samen_sterker.revealed",
        _revealed,
        title=N_("Samen Sterker: both answers are in"),
    ),
    MailKind(
        "samen_sterker.expired", _expired, title=N_("Samen Sterker: the time is over")
    ),
    MailKind(
        "samen_sterker.worker_reminder",
        _worker_reminder,
        title=N_("Samen Sterker: a reminder for the worker"),
    ),
    MailKind(
        "samen_sterker.shared",
        _shared,
        title=N_("Samen Sterker: a client shared answers"),
    ),
)
