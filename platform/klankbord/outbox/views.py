"""The admin's page with the messages that did not get through."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord import lists
from klankbord.errors import N_
from klankbord.outbox import services
from klankbord.outbox.models import Fault, MessageState
from klankbord.outbox.permissions import MANAGE
from klankbord.outbox.services import StuckMessage
from klankbord.plugin import MailKind, NavItem
from klankbord.web import context, needs

blueprint = Blueprint("outbox", __name__, template_folder="templates")

NAV = (
    NavItem(N_("Messages"), "outbox.messages", MANAGE, "mail", services.count_stuck),
)
STATES = {
    MessageState.QUEUED: N_("Will be sent"),
    MessageState.SENDING: N_("Being sent"),
    MessageState.SENT: N_("Sent"),
    MessageState.PAUSED: N_("Paused"),
    MessageState.DEAD: N_("Not sent"),
    MessageState.WITHDRAWN: N_("Withdrawn"),
}
# Why, and what the admin can do about it.
REASONS = {
    Fault.NONE: "",
    Fault.UNSAFE_HOUR: N_("It waits for an hour at which this person gets mail."),
    Fault.UNREACHABLE: N_("The mail server did not answer. We keep trying."),
    Fault.BUSY: N_("The mail server asked to wait. We keep trying."),
    Fault.REFUSED: N_(
        "The mail server refused it. Is the e-mail address right? Ask the worker."
    ),
    Fault.BROKEN: N_("We could not make the mail. That is our fault. We look into it."),
    Fault.NO_ADDRESS: N_(
        "There is no usable e-mail address. Ask the worker to fill it in."
    ),
    Fault.PLUGIN_OFF: N_("This method is switched off. Switch it on to send the mail."),
    Fault.DO_NOT_MAIL: N_("This person may not be mailed."),
    Fault.NO_CONSENT: N_("This person does not want mail."),
    Fault.DISABLED: N_("This account is blocked."),
    Fault.NOT_NEEDED: N_("The mail was no longer needed."),
    Fault.BY_ADMIN: N_("An admin withdrew it."),
}


@dataclass(frozen=True)
class Shown:
    """A stuck message in words."""

    row: StuckMessage
    title: str
    state: str
    reason: str


@blueprint.get("/beheer/berichten")
@needs(MANAGE)
def messages() -> ResponseReturnValue:
    """Show what did not get through and why, and how many messages stand where."""
    ctx = context()
    counts = services.count_by_state(ctx)
    titles = _titles()
    address_book = current_app.extensions["klankbord-address-book"]
    rows = [
        Shown(
            row=row,
            title=titles.get(row.template, row.template),
            state=gettext(STATES[row.state]),
            reason=gettext(REASONS[row.fault]) if row.fault else "",
        )
        for row in services.list_stuck(ctx, lists.page_number(), address_book)
    ]
    return render_template(
        "outbox/messages.html",
        counts=[
            (gettext(title), counts.get(state, 0)) for state, title in STATES.items()
        ],
        rows=rows,
        page=lists.page_of(services.count_stuck(ctx), per_page=services.PER_PAGE),
    )


@blueprint.post("/beheer/berichten/<uuid:message_id>/opnieuw")
@needs(MANAGE, example={"message_id": "message"})
def try_again(message_id: UUID) -> ResponseReturnValue:
    """Send it as if it were new."""
    services.try_again(context(), message_id)
    flash(gettext("We try to send the message again now."), "done")
    return redirect(url_for("outbox.messages"), 303)


@blueprint.post("/beheer/berichten/<uuid:message_id>/intrekken")
@needs(MANAGE, example={"message_id": "message"})
def withdraw(message_id: UUID) -> ResponseReturnValue:
    """Never send it."""
    services.withdraw(context(), message_id)
    flash(gettext("The message is withdrawn. Nobody gets it."), "done")
    return redirect(url_for("outbox.messages"), 303)


def _titles() -> Mapping[str, str]:
    kinds: Mapping[str, MailKind] = current_app.extensions["klankbord-mails"]
    return {name: gettext(kind.title or name) for name, kind in kinds.items()}
