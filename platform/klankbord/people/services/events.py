"""What happens in a case, and who is told: every method that is on."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from klankbord.audit.models import Action
from klankbord.context import Context
from klankbord.errors import N_, Invalid
from klankbord.people.access import CHANGES, require_relation
from klankbord.people.models import CaseEvent, CaseEventKind
from klankbord.people.permissions import CHANGE
from klankbord.people.services.log import log_case
from klankbord.plugin import CaseEventHappened, installed_plugins

# Another worker and the end have pages of their own: they change the case too.
RECORDED = (
    CaseEventKind.HEARING,
    CaseEventKind.OUT_OF_HOME_PLACEMENT,
    CaseEventKind.END_TALK,
)
OWN_PAGE = N_("Choose one of the events on this page.")


def record_event(
    ctx: Context,
    case_id: UUID,
    kind: CaseEventKind,
    on: date,
    details: Mapping[str, str] | None = None,
) -> UUID:
    """Write down what happened, or will, on a day; `details` holds ids, never words.

    Raises:
        Invalid: this kind of event changes the case and is done elsewhere.

    """
    ctx.require(CHANGE)
    access = require_relation(ctx, case_id, CHANGES)
    if kind not in RECORDED:
        raise Invalid("", kind=OWN_PAGE)
    event_id = add_event(ctx, case_id, kind, on, details)
    log_case(ctx, access, Action.UPDATE)
    return event_id


def add_event(
    ctx: Context,
    case_id: UUID,
    kind: CaseEventKind,
    on: date,
    details: Mapping[str, str] | None = None,
) -> UUID:
    """Keep an event and tell every method that is on, in the same transaction."""
    event = CaseEvent(case_id=case_id, kind=kind, on=on, details=dict(details or {}))
    ctx.session.add(event)
    ctx.session.flush()
    happened = CaseEventHappened(case_id, event.id, kind.value)
    for name, plugin in installed_plugins().items():
        if plugin.case_event is not None and ctx.tenant.has_on(name):
            plugin.case_event(ctx, happened)
    return event.id
