"""A family, its worker, and what travels to the invited person."""

from sqlalchemy import func, select, update

from klankbord.accounts.models import Account, Channel, Invitation, SignInCode
from klankbord.accounts.tokens import fresh_code, letter_token, link_token
from klankbord.context import Actor, Context, TenantFacts
from klankbord.db import TenantSession
from klankbord.invitations.services.inviting import Made, invite_client
from klankbord.people.models import Client
from klankbord.permissions import Role
from klankbord.testing.tenants import Browser, FamilyMade, Maker, Person


def invite(
    make: Maker, family: FamilyMade, person: Person, channel: Channel = Channel.MAIL
) -> Made:
    """Let the worker invite, and commit that."""
    ctx = make.context(family.worker)
    assert person.client_id
    made = invite_client(ctx, person.client_id, family.case_id, channel=channel)
    ctx.finish(commit=True)
    return made


def forget_account(make: Maker, person: Person) -> None:
    """Let the client have no account yet, as before the first invitation."""
    with TenantSession(make.engine, person.tenant.id) as session:
        account = session.get(Account, (person.tenant.id, person.account_id))
        session.delete(account)
        session.commit()


def set_client(make: Maker, person: Person, **values: object) -> None:
    """Change what is noted of a client."""
    with TenantSession(make.engine, person.tenant.id) as session:
        session.execute(
            update(Client).where(Client.id == person.client_id).values(**values)
        )
        session.commit()


def row_of(make: Maker, tenant: TenantFacts, made: Made) -> Invitation:
    """Return the invitation as it stands now."""
    with TenantSession(make.engine, tenant.id) as session:
        row = session.get(Invitation, (tenant.id, made.invitation_id))
        assert row is not None
        session.expunge(row)
        return row


def path_of(make: Maker, tenant: TenantFacts, made: Made) -> str:
    """Return the secret path in the mail or on the letter."""
    row = row_of(make, tenant, made)
    token = letter_token if row.channel is Channel.LETTER else link_token
    return f"/u/{token(tenant.id, row.id, row.generation)}"


def mailed_code(make: Maker, tenant: TenantFacts) -> str:
    """Return the newest fresh code, as the mail says it."""
    with TenantSession(make.engine, tenant.id) as session:
        code_id = session.scalars(
            select(SignInCode.id).order_by(SignInCode.made_at.desc())
        ).first()
    assert code_id is not None
    return fresh_code(tenant.id, code_id)


def accounts_of(make: Maker, person: Person) -> int:
    """Count the client's accounts."""
    with TenantSession(make.engine, person.tenant.id) as session:
        count = session.scalar(
            select(func.count())
            .select_from(Account)
            .where(Account.client_id == person.client_id)
        )
        return count or 0


def enter(browser: Browser, code: str):
    """Fill in the second secret."""
    return browser.post("/uitnodiging", data={"code": code})


def is_in(browser: Browser) -> bool:
    """Say whether the browser is signed in."""
    return browser.get("/mijn-apparaten").status_code == 200


def wrong_code(code: str, step: int = 1) -> str:
    """Return six other digits."""
    return f"{(int(code) + step) % 10**6:06}"


def visitor_context(make: Maker, tenant: TenantFacts) -> Context:
    """Open a context for somebody who is not signed in."""
    return make.context_of(tenant, Actor(frozenset({Role.ANONYMOUS})))
