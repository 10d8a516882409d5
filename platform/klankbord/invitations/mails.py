"""The mail that invites: no names, no organisation, no subject that gives away."""

from uuid import UUID

from flask_babel import gettext
from sqlalchemy import update

from klankbord.accounts.models import Invitation, InvitationState
from klankbord.accounts.tokens import link_token
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_
from klankbord.invitations.services.inviting import OPEN, state_of
from klankbord.plugin import Json, Mail, MailKind


def write_invitation(ctx: Context, values: Json) -> Mail | None:
    """Bring the first secret; it is made here and stands nowhere else."""
    invitation_id, generation = UUID(values["invitation_id"]), int(values["generation"])
    row = ctx.session.get(Invitation, (ctx.tenant_id, invitation_id))
    if row is None or row.generation != generation or state_of(row) not in OPEN:
        return None
    return Mail(
        subject=gettext("There is a message for you"),
        sentences=(
            gettext("You are invited to take a look at a page of your own."),
            gettext("You need a code for it. You get that code in another way."),
            gettext("The link works for fourteen days."),
            gettext("Do you not know what this is about? Then you need to do nothing."),
        ),
        button=gettext("Open the page"),
        url=f"/u/{link_token(ctx.tenant_id, invitation_id, generation)}",
    )


def note_sent(ctx: Context, values: Json) -> None:
    """Note that the mail went out."""
    ctx.session.execute(
        update(Invitation)
        .where(
            Invitation.id == UUID(values["invitation_id"]),
            Invitation.generation == int(values["generation"]),
            Invitation.state == InvitationState.MADE,
        )
        .values(state=InvitationState.SENT, sent_at=now())
    )


MAILS = (
    MailKind(
        "invitations.invitation",
        write_invitation,
        sent=note_sent,
        title=N_("An invitation"),
    ),
)
