"""What accounts hold about a person: never a secret, nor the hash of one."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from klankbord.accounts.models import Account, AccountSession, Invitation
from klankbord.context import Context
from klankbord.idempotency import RememberedRequest
from klankbord.plugin import DataSubject, Json
from klankbord.privacy.rows import rows_of

_ACCOUNT: tuple[Any, ...] = (
    Account.name,
    Account.email,
    Account.phone,
    Account.roles,
    Account.language,
    Account.created_at,
    Account.disabled_at,
)
_DEVICE: tuple[Any, ...] = (
    AccountSession.device,
    AccountSession.own_device,
    AccountSession.created_at,
    AccountSession.last_seen_at,
    AccountSession.ended_at,
)
_INVITATION: tuple[Any, ...] = (
    Invitation.kind,
    Invitation.channel,
    Invitation.state,
    Invitation.made_at,
    Invitation.sent_at,
    Invitation.opened_at,
    Invitation.accepted_at,
)


def _export(ctx: Context, client_id: UUID) -> Json:
    own = Account.client_id == client_id
    devices = select(*_DEVICE).join(Account, Account.id == AccountSession.account_id)
    invitations = select(*_INVITATION).where(Invitation.client_id == client_id)
    return {
        "account": rows_of(ctx, select(*_ACCOUNT).where(own)),
        "devices": rows_of(ctx, devices.where(own)),
        "invitations": rows_of(ctx, invitations),
    }


def _erase(ctx: Context, client_id: UUID) -> None:
    """Delete the account; what belongs to it goes along by its foreign keys."""
    own = select(Account.id).where(Account.client_id == client_id)
    for model, where in (
        (RememberedRequest, RememberedRequest.account_id.in_(own)),
        (Invitation, Invitation.client_id == client_id),
        (Account, Account.client_id == client_id),
    ):
        ctx.session.execute(
            delete(model).where(where).execution_options(synchronize_session=False)
        )


KEEPER = DataSubject(_export, _erase)
