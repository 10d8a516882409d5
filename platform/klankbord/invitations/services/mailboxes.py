"""Whose mailbox an address is: families share them, former partners keep access."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account
from klankbord.context import Context
from klankbord.people.models import CaseMember, Client


def own_mailbox(ctx: Context, client_id: UUID) -> str | None:
    """Return the client's address if it can prove who somebody is, else None.

    The worker confirmed that nobody else reads along, the client wants mail, and no
    other account is known by it. One address verifies one person.
    """
    client = ctx.session.get(Client, (ctx.tenant_id, client_id))
    if client is None or not client.email or not client.email_alone:
        return None
    if client.do_not_mail or _is_of_somebody_else(ctx, client_id, client.email):
        return None
    return client.email.strip().casefold()


def _is_of_somebody_else(ctx: Context, client_id: UUID, email: str) -> bool:
    address = email.strip().casefold()
    account = ctx.session.execute(
        select(Account.id).where(
            Account.email == address,
            Account.client_id.is_distinct_from(client_id),
        )
    ).first()
    return account is not None or _is_alone_of_two(ctx, client_id, address)


def _is_alone_of_two(ctx: Context, client_id: UUID, address: str) -> bool:
    """Tell whether the same address was confirmed for two people of a case."""
    mine, theirs = aliased(CaseMember), aliased(CaseMember)
    other = ctx.session.execute(
        select(Client.id)
        .join(theirs, theirs.client_id == Client.id)
        .join(mine, mine.case_id == theirs.case_id)
        .where(
            mine.client_id == client_id,
            Client.id != client_id,
            Client.email_alone,
            func.lower(func.btrim(Client.email)) == address,
        )
        .limit(1)
    ).first()
    return other is not None
