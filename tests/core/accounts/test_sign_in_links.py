"""The operator's link: one use, a short while, logged, and shown to the person."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from colleagues import enter, is_in
from sqlalchemy import select

from klankbord.accounts.services.links import make_sign_in_link
from klankbord.audit.models import AuditEntry
from klankbord.context import SYSTEM
from klankbord.db import TenantSession, now
from klankbord.errors import Forbidden
from klankbord.testing.servers import environment_of
from klankbord.testing.tenants import visitor

REASON = "Telefoon kwijt, gebeld op maandag"


@pytest.fixture
def make_link(make, tenant):
    def link(account_id, minutes: int = 15) -> str:
        ctx = make.context_of(tenant, SYSTEM)
        url = make_sign_in_link(ctx, account_id, timedelta(minutes=minutes), REASON)
        ctx.finish(commit=True)
        return url.removeprefix(tenant.base_url)

    return link


def test_the_shell_prints_a_link_that_signs_in(
    app, databases, valkey, tenant, colleague
):
    done = _shell(databases, valkey, tenant.slug, colleague.person.email)
    assert done.returncode == 0, done.stderr
    url = done.stdout.strip()
    assert url.startswith(f"{tenant.base_url}/u/")
    browser = visitor(app, tenant)
    browser.get(url.removeprefix(tenant.base_url))
    assert browser.post("/link").status_code == 303
    assert is_in(browser)


def test_the_shell_knows_whom_it_does_not_know(databases, valkey, tenant):
    for slug, whose in ((tenant.slug, "nobody@x.example"), ("no-such", str(uuid4()))):
        done = _shell(databases, valkey, slug, whose)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr


def test_a_link_opens_a_page_with_one_button_and_is_not_used_up_by_looking(
    app, tenant, colleague, make_link
):
    path = make_link(colleague.person.account_id)
    for _ in range(5):
        scanner = visitor(app, tenant)
        assert scanner.get(path).location == "/link"
        assert scanner.get("/link").text.count("<button") == 1 + _quick_exit(scanner)
        assert not is_in(scanner)
    browser = visitor(app, tenant)
    browser.get(path)
    browser.post("/link")
    assert is_in(browser)


def test_a_link_works_once_and_for_a_quarter_of_an_hour(
    app, tenant, colleague, make_link
):
    path = make_link(colleague.person.account_id)
    first, second = visitor(app, tenant), visitor(app, tenant)
    for browser in (first, second):
        browser.get(path)
    assert first.post("/link").status_code == 303
    assert second.post("/link").status_code == 409
    assert not is_in(second)
    path = make_link(colleague.person.account_id)
    with time_machine.travel(now() + timedelta(minutes=16)):
        late = visitor(app, tenant)
        late.get(path)
        assert late.get("/link").status_code == 409
        assert late.post("/link").status_code == 409


def test_the_person_is_shown_at_the_next_sign_in_that_a_link_was_used(
    app, tenant, colleague, make_link
):
    path = make_link(colleague.person.account_id)
    browser = visitor(app, tenant)
    browser.get(path)
    browser.post("/link")
    own = enter(app, colleague)
    assert REASON in own.get("/mijn-apparaten").text
    again = enter(app, colleague, colleague.recovery_code)
    assert REASON not in again.get("/mijn-apparaten").text


def test_a_link_is_logged_and_its_use_too(app, make, tenant, colleague, make_link):
    path = make_link(colleague.person.account_id)
    browser = visitor(app, tenant)
    browser.get(path)
    browser.post("/link")
    with TenantSession(make.engine, tenant.id) as session:
        lines = session.scalars(
            select(AuditEntry).where(AuditEntry.category == "account")
        ).all()
    assert [line.action.value for line in lines] == ["create", "update"]


def test_a_client_can_be_let_in_by_a_link_too(app, make, tenant, make_link):
    mother = make.family(tenant).mother
    browser = visitor(app, tenant)
    browser.get(make_link(mother.account_id))
    browser.post("/link")
    assert is_in(browser)


def test_a_link_of_one_organisation_is_unknown_at_another(
    app, make, colleague, make_link
):
    path = make_link(colleague.person.account_id)
    elsewhere = visitor(app, make.tenant())
    elsewhere.get(path)
    assert elsewhere.post("/link").status_code == 409
    assert not is_in(elsewhere)


def test_nobody_but_the_operator_makes_such_a_link(make, admin):
    ctx = make.context(admin.person)
    with pytest.raises(Forbidden):
        make_sign_in_link(ctx, admin.person.account_id, timedelta(1), REASON)


def _shell(databases, valkey, slug: str, whose: str):
    return subprocess.run(
        [
            Path(sys.executable).with_name("klankbord"),
            "account",
            "sign-in-link",
            f"--tenant={slug}",
            f"--account={whose}",
            f"--reason={REASON}",
        ],
        env=environment_of(databases, valkey),
        check=False,
        capture_output=True,
        text=True,
    )


def _quick_exit(browser) -> int:
    return browser.get("/inloggen/medewerkers").text.count("<button") - 1
