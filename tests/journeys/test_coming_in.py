"""Coming in, in a real browser: invited on a phone, staff at a desk."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pyotp
import pytest
from browser import DESKTOP, PHONE, access_faults, send, sideways_scroll
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from klankbord.accounts import factors
from klankbord.accounts.models import Account, Channel
from klankbord.accounts.passwords import hash_password
from klankbord.accounts.tokens import letter_token, link_token
from klankbord.context import TenantFacts
from klankbord.db import TenantSession
from klankbord.invitations.services.inviting import invite_client
from klankbord.people.models import Client
from klankbord.permissions import Role
from klankbord.testing.tenants import Maker, Person

PASSWORD = "zeven groene fietsen zingen"
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages of a size."""
    contexts = []

    def page(size: dict[str, int], language: str = "nl", *, script: bool = True):
        context = browser.new_context(
            viewport=size, locale=language, java_script_enabled=script
        )
        contexts.append(context)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()


@pytest.fixture
def address(tenant: TenantFacts, address_of: Callable[[TenantFacts], str]) -> str:
    return address_of(tenant)


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_mother_comes_in_on_her_phone(make, tenant, address, open_page, language):
    family = make.family(tenant)
    _forget(make, family.mother)
    page = open_page(PHONE, language)
    made = _invite(make, family, Channel.MAIL)
    token = link_token(tenant.id, made.invitation_id)
    page.goto(f"{address}/u/{token}")
    assert page.locator("html").get_attribute("lang") == language
    _look(page, f"invitation-{language}")
    page.fill("[name=code]", "000000" if made.code != "000000" else "000001")
    send(page, "form[action='/uitnodiging'] button")
    _look(page, f"invitation-wrong-{language}")
    page.fill("[name=code]", made.code)
    send(page, "form[action='/uitnodiging'] button")
    _look(page, f"own-device-{language}")
    page.check("[name=own_device][value=true]")
    send(page)
    page.goto(f"{address}/mijn-apparaten")
    _look(page, f"devices-{language}")


def test_a_father_comes_in_with_a_letter_and_without_javascript(
    make, tenant, address, open_page
):
    family = make.family(tenant)
    _forget(make, family.mother)
    made = _invite(make, family, Channel.LETTER)
    page = open_page(PHONE, script=False)
    page.goto(f"{address}/brief")
    page.fill("[name=code]", letter_token(tenant.id, made.invitation_id, 1).lower())
    send(page)
    page.fill("[name=code]", made.code)
    send(page, "form[action='/uitnodiging'] button")
    page.check("[name=own_device][value=false]")
    send(page)
    page.goto(f"{address}/mijn-apparaten")
    assert page.locator("h1").inner_text() == "Mijn apparaten"


def test_the_pages_for_visitors_can_be_used_by_everybody(address, open_page):
    for size, name in ((PHONE, "phone"), (DESKTOP, "desk")):
        page = open_page(size)
        for path in (
            "/inloggen",
            "/inloggen/medewerkers",
            "/wachtwoord-vergeten",
            "/wachtwoord-vergeten/verstuurd",
            "/brief",
            "/uitnodiging",
            "/link",
            "/wachtwoord-kiezen",
        ):
            page.goto(f"{address}{path}")
            _look(page, f"visitor{path.replace('/', '-')}-{name}")


def test_an_administrator_signs_in_and_invites_a_colleague(
    make, tenant, address, open_page
):
    admin = make.staff(tenant, Role.TENANT_ADMIN, Role.WORKER, name="Sanne Visser")
    secret = factors.new_secret()
    _set_up(make, admin, secret)
    page = open_page(DESKTOP)
    page.goto(f"{address}/medewerkers")
    page.fill("[name=email]", admin.email or "")
    page.fill("[name=password]", PASSWORD)
    send(page)
    _look(page, "second-step")
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    send(page)
    _look(page, "staff")
    page.goto(f"{address}/medewerkers/nieuw")
    send(page)
    _look(page, "invite-staff-empty")
    page.fill("[name=name]", "Joost Prins")
    page.fill("[name=email]", "joost@staff.example")
    page.check("[name=roles][value=worker]")
    send(page)
    assert "Joost Prins" in page.locator("main").inner_text()
    send(page, "text=Joost Prins")
    _look(page, "colleague")
    for path in (
        "/medewerkers/teams",
        f"/medewerkers/{admin.account_id}",
        "/mijn-account",
        "/mijn-account/wachtwoord",
        "/mijn-account/app",
        "/mijn-account/herstelcodes",
        "/mijn-apparaten",
    ):
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            page.goto(f"{address}{path}")
            name = path.replace("/", "-").replace(str(admin.account_id), "own")
            _look(page, f"staff{name}-{size['width']}")


def test_a_worker_invites_and_tells_the_code(make, tenant, address, open_page):
    worker = make.staff(tenant, Role.WORKER, name="Karin de Wit")
    family = make.family(tenant, worker=worker)
    secret = factors.new_secret()
    _set_up(make, worker, secret)
    page = open_page(DESKTOP)
    new = f"/uitnodigingen/nieuw/{family.case_id}/{family.mother.client_id}"
    page.goto(f"{address}{new}")
    page.fill("[name=email]", worker.email or "")
    page.fill("[name=password]", PASSWORD)
    send(page)
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    send(page)
    _look(page, "invite")
    page.check("[name=channel][value=letter]")
    send(page)
    _look(page, "invitation-made")
    page.set_viewport_size(PHONE)
    _look(page, "invitation-made-phone")
    page.goto(f"{page.url}/brief")
    _look(page, "letter")


def _look(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    assert access_faults(page) == [], name
    assert sideways_scroll(page) <= 0, name


def _forget(make: Maker, person: Person) -> None:
    with TenantSession(make.engine, person.tenant.id) as session:
        session.delete(session.get(Account, (person.tenant.id, person.account_id)))
        session.execute(
            update(Client)
            .where(Client.id == person.client_id)
            .values(email=f"{uuid4().hex[:8]}@mail.example", email_alone=True)
        )
        session.commit()


def _invite(make: Maker, family, channel: Channel):
    ctx = make.context(family.worker)
    made = invite_client(ctx, family.mother.client_id, family.case_id, channel=channel)
    ctx.finish(commit=True)
    return made


def _set_up(make: Maker, person: Person, secret: str) -> None:
    sealed = factors.seal_secret(person.tenant.id, person.account_id, secret)
    with TenantSession(make.engine, person.tenant.id) as session:
        session.execute(
            update(Account)
            .where(Account.id == person.account_id)
            .values(password_hash=hash_password(PASSWORD), totp_secret=sealed)
        )
        session.commit()
