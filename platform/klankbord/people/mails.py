"""The mail about an appointment: only that there is something to read.

Somebody else may read the mailbox, so it names no appointment, no time, no person; the
page behind sign-in tells the rest. All changes are told in the same words.
"""

from uuid import UUID

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select

from klankbord.accounts.models import Account
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_
from klankbord.outbox.services import queue
from klankbord.people.models import Appointment, Client
from klankbord.plugin import Json, Mail, MailKind

APPOINTMENT = "people.appointment"


def tell_of_appointment(
    ctx: Context, client_id: UUID, appointment_id: UUID, version: int
) -> None:
    """Let the client know that this version of an appointment is there to read.

    Who has no address, or cannot sign in to read it, gets nothing: the worker tells it.
    """
    reached = ctx.session.scalar(
        select(Client.id)
        .join(Account, Account.client_id == Client.id)
        .where(Client.id == client_id, Client.email.is_not(None))
    )
    if reached is None:
        return
    queue(
        ctx,
        template=APPOINTMENT,
        client_id=client_id,
        values={"appointment_id": str(appointment_id), "version": str(version)},
        dedupe_key=f"{APPOINTMENT}:{appointment_id}:{version}",
    )


def _changed(ctx: Context, values: Json) -> Mail | None:
    """Tell it, unless it changed once more (another mail says so) or is over."""
    begins_at = ctx.session.scalar(
        select(Appointment.begins_at).where(
            Appointment.id == UUID(values["appointment_id"]),
            Appointment.version == int(values["version"]),
        )
    )
    if begins_at is None or begins_at <= now():
        return None
    return Mail(
        subject=gettext("There is something new to read"),
        sentences=(gettext("You can read it on your own page."),),
        button=gettext("Go to your page"),
        url=url_for("portal.front"),
    )


MAILS = (MailKind(APPOINTMENT, _changed, title=N_("An appointment changed")),)
