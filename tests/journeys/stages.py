"""What people do on a walk, step by step, where following links does not lead."""

import re

import pyotp
from installed import Installed
from moments import PASSWORD, Moments
from playwright.sync_api import Page
from sqlalchemy import text, update
from walk import OPEN_ALL, Walk, root_of

from klankbord.accounts.models import LinkPurpose
from klankbord.accounts.services.links import make_link, url_of
from klankbord.context import SYSTEM, TenantFacts
from klankbord.db import TenantSession
from klankbord.people.models import Client
from klankbord.permissions import Role


def choose_a_password(home: Installed, walk: Walk, tenant: TenantFacts) -> None:
    """Choose a password, set up the second step, and sign in with both."""
    colleague = home.make.staff(tenant, Role.WORKER, name="Joost Prins")
    ctx = home.make.context_of(tenant, SYSTEM)
    link = url_of(ctx, make_link(ctx, colleague.account_id, LinkPurpose.SET_UP).id)
    ctx.session.commit()
    page = home.visit(tenant)
    walk.open(page, home.root(tenant) + link[link.index("/u/") :])
    walk.send_nothing(page)
    for field in page.locator("[type=password]").all():
        field.fill(PASSWORD)
    walk.press(page)
    walk.send_nothing(page)
    page.evaluate(OPEN_ALL)
    secret = re.sub(r"\s", "", page.locator("code").inner_text())
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    walk.press(page)
    page = home.visit(tenant)
    page.goto(home.root(tenant) + "/inloggen/medewerkers")
    page.fill("[name=email]", colleague.email or "")
    page.fill("[name=password]", PASSWORD)
    walk.press(page)
    walk.send_nothing(page)


def ask_for_a_code(
    home: Installed, walk: Walk, tenant: TenantFacts, language: str = "nl"
) -> None:
    """Ask for a code by mail, and type none."""
    page = home.visit(tenant, language)
    page.goto(home.root(tenant) + "/inloggen")
    page.fill("[name=email]", "niemand@familie.example")
    walk.press(page)
    walk.send_nothing(page)


def tell_a_mailbox(walk: Walk, page: Page) -> None:
    """Give an address of one's own, and no code of what was mailed to it."""
    page.goto(root_of(page) + "/mijn-mailadres")
    page.fill("[name=email]", "eigen@familie.example")
    page.check("[name=alone]")
    walk.press(page)
    walk.send_nothing(page)


def answer(walk: Walk, page: Page) -> None:
    """Answer a review: each rendering, a skip, the check, sending, what comes then."""
    page.goto(root_of(page) + "/samenwerken")
    walk.press(page, ".kb-due a")
    review = page.url
    start = f"{root_of(page)}/vragen/begin/samen_sterker/{review.rsplit('/', 1)[1]}"
    walk.open(page, start)
    walk.press(page)
    others = page.locator("button[name=rendering]")
    for rendering in others.evaluate_all("all => all.map(one => one.value)"):
        page.evaluate(OPEN_ALL)
        walk.press(page, f"button[name=rendering][value={rendering}]")
    walk.send_nothing(page)
    _to_the_end(walk, page)
    walk.open(page, start)
    walk.open(page, review)


def _to_the_end(walk: Walk, page: Page) -> None:
    while page.locator("button[name=skip]").count():
        walk.press(page, "button[name=skip]")
    walk.press(page)


def keep_what_expired(walk: Walk, page: Page) -> None:
    """Keep a copy of one's own answers, where a review expired."""
    keep = "form[action$='/bewaren'] button"
    if not page.locator(keep).count():
        link = page.locator(".kb-due a").first
        if link.count() == 0:
            return
        walk.press(page, ".kb-due a")
    if page.locator(keep).count():
        walk.press(page, keep)
        walk.follow(page, "/samenwerken", within="/samenwerken")


def keep_as_a_worker(walk: Walk, page: Page) -> None:
    """Keep a copy of the worker's own answers, and open it."""
    page.goto(root_of(page) + "/samen-sterker?state=all")
    for path in walk.links(page, "/samen-sterker/"):
        walk.open(page, root_of(page) + path)
        if page.locator("form[action$='/bewaren']").count():
            walk.press(page, "form[action$='/bewaren'] button")
            walk.follow(page, path, within="/samen-sterker/bewaard")
            return
    raise AssertionError("no review of the worker's can be kept")


def answer_card(walk: Walk, page: Page) -> None:
    """Go through the questions of Startvragen, and wait until the answers stand."""
    page.goto(root_of(page) + "/zo-werkt-het")
    walk.press(page, ".kb-due a")
    own = page.url
    walk.press(page, "form[action$='/begin'] button")
    walk.press(page)
    _to_the_end(walk, page)
    walk.open(page, own)


def pass_the_phone(walk: Walk, page: Page, path: str) -> None:
    """Hand the phone to a child, who answers, and unlock it again."""
    root = root_of(page)
    walk.open(page, root + path)
    walk.press(page)
    question = page.url
    walk.open(page, f"{root}/vragen/telefoon-terug")
    page.goto(question)
    _to_the_end(walk, page)
    walk.open(page, f"{root}/vragen/telefoon-terug")
    walk.press(page)
    walk.send_nothing(page)
    page.fill("[name=password]", PASSWORD)
    walk.press(page)


def invite_by_letter(
    home: Installed, walk: Walk, moments: Moments, language: str = "nl"
) -> None:
    """Invite a mother, who comes in with her letter; and once more, too late."""
    tenant = moments.worker.tenant
    family = home.make.family(tenant, worker=moments.worker)
    with TenantSession(home.make.engine, tenant.id) as session:
        session.execute(
            text("delete from account where tenant_id = :tenant_id and id = :id"),
            {"tenant_id": tenant.id, "id": family.mother.account_id},
        )
        session.execute(
            update(Client)
            .where(Client.id == family.mother.client_id)
            .values(language=language)
        )
        session.commit()
    page = home.sign_in(moments.worker)
    root = home.root(tenant)
    new = f"/uitnodigingen/nieuw/{family.case_id}/{family.mother.client_id}"
    walk.open(page, root + new)
    walk.send_nothing(page)
    page.check("[name=channel][value=letter]")
    walk.press(page)
    code = page.locator(".kb-number strong").inner_text()
    shown = page.url
    walk.open(page, f"{shown}/brief")
    letter = page.locator(".code").inner_text()
    walk.open(page, f"{shown}/intrekken")
    guest = home.visit(tenant, language)
    guest.goto(f"{root}/brief")
    guest.fill("[name=code]", letter)
    walk.press(guest)
    walk.send_nothing(guest)
    guest.fill("[name=code]", code)
    walk.press(guest)
    guest.check("[name=own_device][value=true]")
    walk.press(guest)
    walk.open(page, shown)
    late = home.visit(tenant, language)
    late.goto(f"{root}/brief")
    late.fill("[name=code]", letter)
    walk.press(late)


def word_questions(walk: Walk, page: Page) -> None:
    """Make a version of the organisation's own words, and compare it."""
    address = "/beheer/vragenlijsten/samen_sterker"
    page.goto(root_of(page) + address)
    walk.press(page)
    walk.send_nothing(page)
    walk.follow(page, address, within="/beheer/vragenlijsten")
