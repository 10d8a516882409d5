"""Colleagues with a password and an app, as they really sign in."""

from dataclasses import dataclass

import pyotp
from flask import Flask
from sqlalchemy import select, update

from klankbord.accounts.models import Account, LinkPurpose, SignInLink
from klankbord.accounts.tokens import link_token
from klankbord.context import TenantFacts
from klankbord.db import TenantSession
from klankbord.outbox.models import Message
from klankbord.testing.tenants import Browser, Maker, Person, visitor

PASSWORD = "zeven groene fietsen zingen"


@dataclass(frozen=True)
class Colleague:
    """A member of staff with what is needed to sign in."""

    person: Person
    secret: str
    recovery_code: str

    @property
    def code(self) -> str:
        """Read the app."""
        return pyotp.TOTP(self.secret).now()


def change(make: Maker, person: Person, **values: object) -> None:
    """Change an account behind the scenes."""
    with TenantSession(make.engine, person.tenant.id) as session:
        session.execute(
            update(Account).where(Account.id == person.account_id).values(**values)
        )
        session.commit()


def first_step(browser: Browser, email: str | None, password: str = PASSWORD):
    """Fill in address and password."""
    return browser.post(
        "/inloggen/medewerkers", data={"email": email, "password": password}
    )


def second_step(browser: Browser, code: str):
    """Fill in the second step."""
    return browser.post("/inloggen/tweede-stap", data={"code": code})


def enter(app: Flask, colleague: Colleague, code: str = "") -> Browser:
    """Sign in as people do."""
    browser = visitor(app, colleague.person.tenant)
    assert first_step(browser, colleague.person.email).status_code == 303
    assert second_step(browser, code or colleague.code).location == "/"
    return browser


def is_in(browser: Browser) -> bool:
    """Say whether the browser is signed in."""
    return browser.get("/mijn-apparaten").status_code == 200


def queued(make: Maker, tenant: TenantFacts, template: str) -> list[Message]:
    """Return the mails of a kind that wait to be sent."""
    with TenantSession(make.engine, tenant.id) as session:
        return list(
            session.scalars(select(Message).where(Message.template == template))
        )


def newest_link(make: Maker, person: Person, purpose: LinkPurpose) -> str:
    """Return the path in the newest mail with a link of this purpose."""
    with TenantSession(make.engine, person.tenant.id) as session:
        link_id = session.scalars(
            select(SignInLink.id)
            .where(
                SignInLink.account_id == person.account_id,
                SignInLink.purpose == purpose,
            )
            .order_by(SignInLink.made_at.desc())
        ).first()
    assert link_id is not None
    return f"/u/{link_token(person.tenant.id, link_id)}"
