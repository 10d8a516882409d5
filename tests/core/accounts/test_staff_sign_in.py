"""Staff sign in with a password and a second factor; guessing leads nowhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
import time_machine
from colleagues import PASSWORD, change, enter, first_step, is_in, second_step
from flask import Flask

from klankbord.accounts.models import Account
from klankbord.accounts.views import limiter
from klankbord.db import TenantSession, now
from klankbord.testing.tenants import visitor


def test_a_colleague_signs_in_with_password_and_app(app, colleague):
    browser = enter(app, colleague)
    assert is_in(browser)


def test_a_password_alone_opens_nothing(app, colleague):
    browser = visitor(app, colleague.person.tenant)
    assert first_step(browser, colleague.person.email).location == (
        "/inloggen/tweede-stap"
    )
    assert not is_in(browser)


def test_a_code_of_the_app_works_once(app, colleague):
    code = colleague.code
    enter(app, colleague, code)
    browser = visitor(app, colleague.person.tenant)
    first_step(browser, colleague.person.email)
    assert second_step(browser, code).status_code == 422
    assert not is_in(browser)


def test_a_recovery_code_works_once(app, colleague):
    assert is_in(enter(app, colleague, colleague.recovery_code.lower()))
    browser = visitor(app, colleague.person.tenant)
    first_step(browser, colleague.person.email)
    assert second_step(browser, colleague.recovery_code).status_code == 422


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(app, colleague):
    browser = visitor(app, colleague.person.tenant)
    wrong = first_step(browser, colleague.person.email, "not the password")
    unknown = first_step(browser, f"{uuid4().hex}@nobody.example", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert _without_address(wrong.text) == _without_address(unknown.text)


def test_what_was_typed_is_kept_but_never_the_password(app, colleague):
    browser = visitor(app, colleague.person.tenant)
    answer = first_step(browser, colleague.person.email, "geheim-en-fout")
    assert f'value="{colleague.person.email}"' in answer.text
    assert "geheim-en-fout" not in answer.text


def test_after_ten_wrong_passwords_the_right_one_is_not_looked_at(app, colleague):
    browser = visitor(app, colleague.person.tenant)
    for _ in range(10):
        assert first_step(browser, colleague.person.email, "wrong").status_code == 422
    assert first_step(browser, colleague.person.email).status_code == 429
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert first_step(browser, colleague.person.email).status_code == 303


def test_an_unknown_address_is_refused_after_as_many_tries(app, tenant):
    browser = visitor(app, tenant)
    answers = [
        first_step(browser, "nobody@nowhere.example", "x").status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_of_two_hundred_codes_at_once_at_most_five_are_looked_at(
    app: Flask, colleague, monkeypatch
):
    monkeypatch.setattr(limiter, "enabled", False)  # as when Valkey is away
    cookies = visitor(app, colleague.person.tenant)
    first_step(cookies, colleague.person.email)
    kept = cookies.get_cookie("__Host-klankbord", domain=_host(colleague))
    right = pyotp.TOTP(colleague.secret)
    wrong = [
        f"{(int(right.now()) + number) % 10**6:06}" for number in range(1000, 1199)
    ]

    def guess(code: str) -> int:
        browser = visitor(app, colleague.person.tenant)
        browser.set_cookie("__Host-klankbord", kept.value, domain=_host(colleague))
        return second_step(browser, code).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, wrong))
    assert answers.count(422) <= 5
    assert set(answers) == {422, 429}
    assert guess(right.now()) == 429
    with time_machine.travel(now() + timedelta(minutes=16)):
        first_step(cookies, colleague.person.email)
        assert second_step(cookies, right.now()).status_code == 303


def test_a_disabled_colleague_is_out_at_the_next_request(app, make, colleague):
    browser = enter(app, colleague)
    assert is_in(browser)
    change(make, colleague.person, disabled_at=now())
    assert not is_in(browser)
    fresh = visitor(app, colleague.person.tenant)
    assert first_step(fresh, colleague.person.email).status_code == 422


def test_signing_in_makes_a_new_session_and_ends_the_one_before(app, colleague):
    tenant = colleague.person.tenant
    browser = visitor(app, tenant)
    with browser.session_transaction(base_url=tenant.base_url) as cookie:
        cookie["_user_id"] = "planted by somebody else"
        cookie["planted"] = "too"
    first_step(browser, colleague.person.email)
    second_step(browser, colleague.code)
    with browser.session_transaction(base_url=tenant.base_url) as cookie:
        assert cookie["_user_id"] != "planted by somebody else"
        assert "planted" not in cookie


def test_a_cookie_of_one_organisation_is_nobody_at_another(app, make, colleague):
    browser = enter(app, colleague)
    kept = browser.get_cookie("__Host-klankbord", domain=_host(colleague))
    elsewhere = make.tenant()
    other = visitor(app, elsewhere)
    other.set_cookie("__Host-klankbord", kept.value, domain=f"{elsewhere.slug}.example")
    assert is_in(browser)
    assert not is_in(other)


def test_a_session_idles_out_after_half_an_hour_and_ends_after_twelve(app, colleague):
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        browser = enter(app, colleague)
        clock.shift(timedelta(minutes=29))
        assert is_in(browser)
        clock.shift(timedelta(minutes=31))
        assert not is_in(browser)
    later = begun + timedelta(days=1)
    with time_machine.travel(later, tick=False) as clock:
        browser = enter(app, colleague)
        for _ in range(28):
            clock.shift(timedelta(minutes=25))
            assert is_in(browser)
        clock.shift(timedelta(minutes=25))
        assert not is_in(browser)


def test_signing_out_ends_the_session_on_the_server(app, colleague):
    browser = enter(app, colleague)
    kept = browser.get_cookie("__Host-klankbord", domain=_host(colleague))
    assert browser.post("/uitloggen").status_code == 303
    browser.set_cookie("__Host-klankbord", kept.value, domain=_host(colleague))
    assert not is_in(browser)


def test_signing_out_everywhere_ends_every_device(app, colleague):
    first = enter(app, colleague)
    second = enter(app, colleague, colleague.recovery_code)
    assert is_in(first)
    second.post("/overal-uitloggen")
    assert not is_in(first)
    assert not is_in(second)


def test_one_device_is_ended_and_no_other(app, make, colleague, outsider):
    first = enter(app, colleague)
    second = enter(app, colleague, colleague.recovery_code)
    page = second.get("/mijn-apparaten").text
    path = page.partition('action="/mijn-apparaten/')[2].partition('"')[0]
    path = f"/mijn-apparaten/{path}"
    assert make.sign_in(app, outsider).post(path).status_code == 404
    assert is_in(first)
    assert second.post(path).status_code == 303
    assert not is_in(first)
    assert is_in(second)


@pytest.mark.parametrize(
    ("wanted", "gone_to"),
    [
        ("/mijn-account", "/mijn-account"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\t/evil.example", "/"),
    ],
)
def test_after_signing_in_one_goes_to_a_page_of_ours_only(
    app, colleague, wanted, gone_to
):
    browser = visitor(app, colleague.person.tenant)
    browser.post(
        "/inloggen/medewerkers",
        data={
            "email": colleague.person.email,
            "password": PASSWORD,
            "next": wanted,
        },
    )
    assert second_step(browser, colleague.code).location == gone_to


def test_who_opens_a_page_of_staff_is_sent_to_the_sign_in_of_staff(app, tenant):
    browser = visitor(app, tenant)
    answer = browser.get("/mijn-account", follow_redirects=True)
    assert answer.request.path == "/inloggen/medewerkers"
    assert 'value="/mijn-account"' in answer.text
    answer = browser.get("/mijn-apparaten", follow_redirects=True)
    assert answer.request.path == "/inloggen/medewerkers"


def test_the_app_secret_is_kept_sealed(make, colleague):
    with TenantSession(make.engine, colleague.person.tenant.id) as session:
        account = session.get(
            Account, (colleague.person.tenant.id, colleague.person.account_id)
        )
        assert colleague.secret.encode() not in account.totp_secret
        assert colleague.recovery_code not in account.recovery_code_hashes


def test_a_field_too_many_is_refused(app, colleague):
    browser = visitor(app, colleague.person.tenant)
    answer = browser.post(
        "/inloggen/medewerkers",
        data={"email": "a@b.example", "password": "x", "roles": "tenant_admin"},
    )
    assert answer.status_code == 422


def _host(colleague) -> str:
    return f"{colleague.person.tenant.slug}.example"


def _without_address(text: str) -> str:
    lines = [
        line
        for line in text.splitlines()
        if "nonce" not in line
        and 'name="email"' not in line
        and "key" not in line
        and "csrf" not in line
    ]
    return "\n".join(lines)
