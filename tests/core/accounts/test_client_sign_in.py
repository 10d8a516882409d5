"""A client who was here before signs in with a fresh code to the own mailbox."""

from datetime import timedelta

import pytest
import time_machine
from colleagues import change, is_in, queued
from sqlalchemy import select

from klankbord.accounts.models import SignInCode
from klankbord.accounts.tokens import fresh_code
from klankbord.db import TenantSession, now
from klankbord.testing.tenants import visitor

ADDRESS = "samira@mail.example"


@pytest.fixture
def mother(make, tenant):
    """Make a mother whose mailbox was verified before."""
    person = make.family(tenant).mother
    change(make, person, email=ADDRESS, email_verified_at=now())
    return person


@pytest.mark.usefixtures("mother")
def test_a_client_signs_in_with_a_mailed_code(app, make, tenant):
    browser = visitor(app, tenant)
    answer = browser.post("/inloggen", data={"email": " Samira@Mail.example "})
    assert answer.location == "/inloggen/code"
    assert not is_in(browser)
    code = _code(make, tenant)
    answer = browser.post("/inloggen/code", data={"code": f"{code[:3]} {code[3:]}"})
    assert answer.location == "/eigen-telefoon"
    assert is_in(browser)


@pytest.mark.usefixtures("mother")
def test_nobody_learns_from_the_answer_who_is_a_client_here(app, make, tenant):
    answers = []
    for email in (ADDRESS, "nobody@nowhere.example"):
        browser = visitor(app, tenant)
        asked = browser.post("/inloggen", data={"email": email})
        wrong = browser.post("/inloggen/code", data={"code": "000000"})
        answers.append((asked.status_code, asked.location, wrong.status_code))
    assert answers[0] == answers[1]
    assert len(queued(make, tenant, "accounts.code")) == 1


@pytest.mark.usefixtures("mother")
def test_as_many_codes_are_looked_at_for_a_stranger_as_for_a_client(app, tenant):
    for email in (ADDRESS, "nobody@nowhere.example"):
        browser = visitor(app, tenant)
        browser.post("/inloggen", data={"email": email})
        answers = [
            browser.post("/inloggen/code", data={"code": "000000"}).status_code
            for _ in range(6)
        ]
        assert answers == [422] * 5 + [429]


@pytest.mark.usefixtures("mother")
def test_after_five_wrong_codes_the_right_one_is_refused(app, make, tenant):
    browser = visitor(app, tenant)
    browser.post("/inloggen", data={"email": ADDRESS})
    code = _code(make, tenant)
    for step in range(1, 6):
        wrong = f"{(int(code) + step) % 10**6:06}"
        browser.post("/inloggen/code", data={"code": wrong})
    assert browser.post("/inloggen/code", data={"code": code}).status_code == 429
    assert not is_in(browser)


@pytest.mark.usefixtures("mother")
def test_a_code_works_once_and_for_ten_minutes(app, make, tenant):
    with time_machine.travel(now(), tick=False) as clock:
        first, second = visitor(app, tenant), visitor(app, tenant)
        first.post("/inloggen", data={"email": ADDRESS})
        kept = first.get_cookie("__Host-klankbord", domain=f"{tenant.slug}.example")
        second.set_cookie(
            "__Host-klankbord", kept.value, domain=f"{tenant.slug}.example"
        )
        code = _code(make, tenant)
        assert first.post("/inloggen/code", data={"code": code}).status_code == 303
        assert second.post("/inloggen/code", data={"code": code}).status_code == 422
        third = visitor(app, tenant)
        third.post("/inloggen", data={"email": ADDRESS})
        clock.shift(timedelta(minutes=10, seconds=1))
        code = _code(make, tenant)
        answer = third.post("/inloggen/code", data={"code": code})
        assert answer.status_code == 422
        assert f'value="{code}"' in answer.text


def test_an_address_that_was_never_verified_gets_no_code(app, make, tenant, mother):
    change(make, mother, email_verified_at=None)
    browser = visitor(app, tenant)
    assert browser.post("/inloggen", data={"email": ADDRESS}).status_code == 303
    assert queued(make, tenant, "accounts.code") == []


def test_a_disabled_client_gets_no_code(app, make, tenant, mother):
    change(make, mother, disabled_at=now())
    visitor(app, tenant).post("/inloggen", data={"email": ADDRESS})
    assert queued(make, tenant, "accounts.code") == []


def test_a_colleague_cannot_come_in_this_way(app, make, tenant, colleague):
    change(make, colleague.person, email_verified_at=now())
    browser = visitor(app, tenant)
    browser.post("/inloggen", data={"email": colleague.person.email})
    assert queued(make, tenant, "accounts.code") == []


@pytest.mark.usefixtures("mother")
def test_no_more_than_five_codes_are_asked_in_an_hour(app, tenant):
    for email in (ADDRESS, "nobody@nowhere.example"):
        browser = visitor(app, tenant)
        answers = [
            browser.post("/inloggen", data={"email": email}).status_code
            for _ in range(6)
        ]
        assert answers == [303] * 5 + [429]


@pytest.mark.usefixtures("mother")
def test_no_code_stands_in_the_database(make, tenant, app):
    browser = visitor(app, tenant)
    browser.post("/inloggen", data={"email": ADDRESS})
    code = _code(make, tenant)
    (message,) = queued(make, tenant, "accounts.code")
    assert code not in f"{message.values} {message.dedupe_key}".replace("-", " ")
    assert set(message.values) == {"code_id"}


def test_a_client_sees_and_ends_the_own_devices(app, make, mother):
    first, second = make.sign_in(app, mother), make.sign_in(app, mother)
    page = second.get("/mijn-apparaten")
    assert page.status_code == 200
    path = page.text.partition('action="/mijn-apparaten/')[2].partition('"')[0]
    assert second.post(f"/mijn-apparaten/{path}").status_code == 303
    assert not is_in(first)
    assert is_in(second)


def _code(make, tenant) -> str:
    with TenantSession(make.engine, tenant.id) as session:
        code_id = session.scalars(
            select(SignInCode.id).order_by(SignInCode.made_at.desc())
        ).first()
    return fresh_code(tenant.id, code_id)
