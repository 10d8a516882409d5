"""Write messages into the outbox, in the transaction of the change they tell about."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from klankbord import jobs
from klankbord.context import Context
from klankbord.outbox.models import Message

DELIVERY = "outbox.delivery"


def queue(
    ctx: Context,
    *,
    template: str,
    client_id: UUID | None = None,
    account_id: UUID | None = None,
    values: Mapping[str, str] | None = None,
    dedupe_key: str,
) -> None:
    """Let one person get one mail, if this transaction commits.

    Who already got, or will get, a mail with this key gets no second one. The receiver
    is a client or an account. `values` holds ids only: address, words and secrets are
    made at the moment of sending, by the `MailKind` of the template's name.

    Part of another service's work: that one asks for the permission.
    """
    if (client_id is None) == (account_id is None):
        raise TypeError("a mail has one receiver: a client or an account")
    ctx.session.execute(
        insert(Message)
        .values(
            template=template,
            client_id=client_id,
            account_id=account_id,
            values=dict(values or {}),
            dedupe_key=dedupe_key,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "dedupe_key"])
    )
    jobs.plan(ctx, DELIVERY)
