"""Where mail for a client or an account goes, and whether it may."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import and_, or_, select

from klankbord.accounts.models import Account
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.outbox.recipients import Recipient
from klankbord.people.ages import is_young
from klankbord.people.models import CaseFile, CaseMember, Client, Consent, Purpose
from klankbord.permissions import STAFF

_SAME_PERSON = and_(
    Account.tenant_id == Client.tenant_id, Account.client_id == Client.id
)
_ACCOUNT = (
    Account.email,
    Account.language,
    Account.roles,
    Account.disabled_at,
)
_CLIENT = (
    Client.id.label("client_id"),
    Client.kind,
    Client.birth_date,
    Client.email.label("client_email"),
    Client.language.label("client_language"),
    Client.do_not_mail,
    Client.safe_from,
    Client.safe_until,
)
_BY_CLIENT = (
    select(*_ACCOUNT, *_CLIENT).select_from(Client).outerjoin(Account, _SAME_PERSON)
)
_BY_ACCOUNT = (
    select(*_ACCOUNT, *_CLIENT).select_from(Account).outerjoin(Client, _SAME_PERSON)
)
_LAST_WORD = (
    select(Consent.granted)
    # One's own word: nobody says yes or no to mail for somebody else.
    .where(Consent.purpose == Purpose.MAIL, Consent.given_by == Consent.client_id)
    .order_by(Consent.at.desc())
    .limit(1)
)


_WORKERS = (
    select(CaseMember.client_id, Account.name)
    .join(CaseFile, CaseFile.id == CaseMember.case_id)
    .join(Account, Account.id == CaseFile.worker_id)
    .order_by(CaseFile.begins_on, CaseFile.id)
)


class PeopleBook:
    """The address book of the outbox: a client's mail goes to the client's address."""

    def find(
        self, ctx: Context, client_id: UUID | None, account_id: UUID | None
    ) -> Recipient:
        """Return the client or account, as they are now.

        The language that somebody chose while signed in goes before the one that the
        worker wrote down. Who never said yes or no to mail gets it.
        """
        wanted = (
            _BY_CLIENT.where(Client.id == client_id)
            if client_id
            else _BY_ACCOUNT.where(Account.id == account_id)
        )
        row = ctx.session.execute(wanted).first()
        if row is None:
            raise NotFound(NOT_FOUND)
        refused = False
        if row.client_id:
            last = _LAST_WORD.where(Consent.client_id == row.client_id)
            refused = ctx.session.scalar(last) is False
        return Recipient(
            email=row.client_email if row.client_id else row.email,
            language=row.language or row.client_language,
            is_staff=bool(STAFF.intersection(row.roles or ())),
            young=bool(row.client_id) and is_young(row, ctx.tenant.today()),
            disabled=row.disabled_at is not None,
            do_not_mail=bool(row.do_not_mail),
            refused=refused,
            safe_from=row.safe_from,
            safe_until=row.safe_until,
        )

    def workers(self, ctx: Context, client_ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Return by client the name of who works with them now, in the newest case."""
        today = ctx.tenant.today()
        rows = ctx.session.execute(
            _WORKERS.where(
                CaseMember.client_id.in_(client_ids),
                or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > today),
                or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > today),
            )
        )
        return {row.client_id: row.name for row in rows}
