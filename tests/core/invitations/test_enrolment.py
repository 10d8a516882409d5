"""An invited person needs two secrets; scanners and guessers get nowhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from invited import (
    accounts_of,
    enter,
    invite,
    is_in,
    mailed_code,
    path_of,
    row_of,
    set_client,
    wrong_code,
)

from klankbord.accounts.models import Account, Channel, InvitationState
from klankbord.accounts.views import limiter
from klankbord.db import TenantSession, now
from klankbord.invitations.services.inviting import send_again, withdraw
from klankbord.testing.tenants import visitor

ALONE = {"email": "samira@mail.example", "email_alone": True}


@pytest.fixture(autouse=True)
def _reachable(make, family):
    set_client(make, family.mother, email="samira@mail.example")


def test_an_invited_mother_is_in_after_the_link_and_the_code_she_was_told(
    app, make, tenant, family
):
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    assert browser.get(path_of(make, tenant, made)).location == "/uitnodiging"
    assert not is_in(browser)
    assert enter(browser, made.code).location == "/eigen-telefoon"
    assert is_in(browser)
    assert accounts_of(make, family.mother) == 1
    assert row_of(make, tenant, made).state is InvitationState.ACCEPTED


def test_ten_visits_of_a_mail_scanner_use_nothing_up(app, make, tenant, family):
    made = invite(make, family, family.mother)
    path = path_of(make, tenant, made)
    for number in range(10):
        scanner = visitor(app, tenant)
        method = scanner.head if number % 2 else scanner.get
        answer = method(path)
        assert answer.status_code == 303
        scanner.get(answer.location)
    assert row_of(make, tenant, made).state is InvitationState.MADE
    assert row_of(make, tenant, made).tries == 0
    browser = visitor(app, tenant)
    browser.get(path)
    assert enter(browser, made.code).status_code == 303
    assert is_in(browser)


def test_the_link_itself_is_hidden_from_what_comes_after(app, make, tenant, family):
    made = invite(make, family, family.mother)
    path = path_of(make, tenant, made)
    browser = visitor(app, tenant)
    answer = browser.get(path)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = browser.get(answer.location)
    assert path.rpartition("/")[2] not in page.text


def test_the_page_names_nobody(app, make, tenant, family):
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    page = browser.get("/uitnodiging").text
    for name in ("Samira", "Bakkali", "Karin", tenant.name):
        assert name not in page


def test_five_wrong_codes_and_the_right_one_is_refused(app, make, tenant, family):
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    first = enter(browser, wrong_code(made.code))
    assert f'value="{wrong_code(made.code)}"' in first.text
    for step in range(2, 6):
        assert enter(browser, wrong_code(made.code, step)).status_code in {422, 409}
    assert enter(browser, made.code).status_code == 409
    assert not is_in(browser)
    assert accounts_of(make, family.mother) == 0


def test_of_two_hundred_guesses_at_once_at_most_five_are_looked_at(
    app, make, tenant, family, monkeypatch
):
    monkeypatch.setattr(limiter, "enabled", False)  # as when Valkey is away
    made = invite(make, family, family.mother)
    first = visitor(app, tenant)
    first.get(path_of(make, tenant, made))
    kept = first.get_cookie("__Host-klankbord", domain=f"{tenant.slug}.example")

    def guess(step: int) -> int:
        browser = visitor(app, tenant)
        browser.set_cookie(
            "__Host-klankbord", kept.value, domain=f"{tenant.slug}.example"
        )
        return enter(browser, wrong_code(made.code, step)).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(1, 201)))
    assert set(answers) <= {409, 422}
    assert answers.count(422) <= 5
    assert row_of(make, tenant, made).tries == 5
    assert enter(first, made.code).status_code == 409


def test_a_code_of_another_sending_does_not_work(app, make, tenant, family):
    made = invite(make, family, family.mother)
    older = path_of(make, tenant, made)
    ctx = make.context(family.worker)
    again = send_again(ctx, made.invitation_id)
    ctx.finish(commit=True)
    browser = visitor(app, tenant)
    assert browser.get(older).location == "/uitnodiging"
    assert browser.get("/uitnodiging").status_code == 404
    browser.get(path_of(make, tenant, again))
    if made.code != again.code:
        assert enter(browser, made.code).status_code == 422
    assert enter(browser, again.code).status_code == 303


def test_an_invitation_works_until_the_last_moment_and_not_after(
    app, make, tenant, family
):
    made = invite(make, family, family.mother)
    path = path_of(make, tenant, made)
    ends = row_of(make, tenant, made).expires_at
    with time_machine.travel(ends + timedelta(seconds=1), tick=False):
        browser = visitor(app, tenant)
        browser.get(path)
        assert browser.get("/uitnodiging").status_code == 409
        assert enter(browser, made.code).status_code == 409
    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        browser = visitor(app, tenant)
        browser.get(path)
        assert enter(browser, made.code).status_code == 303


def test_a_withdrawn_or_used_invitation_says_what_to_do(app, make, tenant, family):
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    enter(browser, made.code)
    with time_machine.travel(now() + timedelta(minutes=3)):
        other = visitor(app, tenant)
        other.get(path_of(make, tenant, made))
        page = other.get("/uitnodiging")
        assert page.status_code == 409
        assert 'href="/inloggen"' in page.text
        assert enter(other, made.code).status_code == 409
    second = invite(make, family, family.father, Channel.LETTER)
    ctx = make.context(family.worker)
    withdraw(ctx, second.invitation_id)
    ctx.finish(commit=True)
    other = visitor(app, tenant)
    other.get(path_of(make, tenant, second))
    assert enter(other, second.code).status_code == 409
    assert not is_in(other)


def test_pressing_the_button_twice_lets_the_person_in_twice(app, make, tenant, family):
    made = invite(make, family, family.mother)
    first, second = visitor(app, tenant), visitor(app, tenant)
    for browser in (first, second):
        browser.get(path_of(make, tenant, made))
    assert enter(first, made.code).status_code == 303
    assert enter(second, made.code).status_code == 303
    assert accounts_of(make, family.mother) == 1


def test_an_unknown_link_gets_a_page_that_helps(app, tenant):
    browser = visitor(app, tenant)
    assert browser.get("/u/nothing-like-this").location == "/uitnodiging"
    assert browser.get("/uitnodiging").status_code == 404
    assert browser.post("/uitnodiging", data={"code": "123456"}).status_code == 404


def test_a_link_of_another_organisation_is_unknown_here(app, make, tenant, family):
    made = invite(make, family, family.mother)
    elsewhere = make.tenant()
    browser = visitor(app, elsewhere)
    browser.get(path_of(make, tenant, made))
    assert browser.get("/uitnodiging").status_code == 404
    at_home = visitor(app, tenant)
    at_home.get(path_of(make, tenant, made))
    assert at_home.get("/uitnodiging").status_code == 200


def test_the_session_is_new_and_holds_nothing_of_before(app, make, tenant, family):
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    with browser.session_transaction(base_url=tenant.base_url) as cookie:
        cookie["_user_id"] = "planted"
    browser.get(path_of(make, tenant, made))
    enter(browser, made.code)
    with browser.session_transaction(base_url=tenant.base_url) as cookie:
        assert cookie["_user_id"] != "planted"
        assert "invitation" not in cookie


# -- the own mailbox as second secret --------------------------------------------------


def test_a_code_comes_by_mail_when_the_mailbox_is_hers_alone(app, make, tenant, family):
    set_client(make, family.mother, **ALONE)
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    assert 'action="/uitnodiging/code"' in browser.get("/uitnodiging").text
    assert browser.post("/uitnodiging/code").status_code == 303
    assert enter(browser, mailed_code(make, tenant)).status_code == 303
    assert is_in(browser)
    with TenantSession(make.engine, tenant.id) as session:
        account = session.query(Account).filter_by(client_id=family.mother.client_id)
        assert account.one().email == "samira@mail.example"


def test_a_mailed_code_works_for_ten_minutes(app, make, tenant, family):
    set_client(make, family.mother, **ALONE)
    made = invite(make, family, family.mother)
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        browser = visitor(app, tenant)
        browser.get(path_of(make, tenant, made))
        browser.post("/uitnodiging/code")
        clock.shift(timedelta(minutes=10, seconds=1))
        assert enter(browser, mailed_code(make, tenant)).status_code == 422
        browser.post("/uitnodiging/code")
        clock.shift(timedelta(minutes=9))
        assert enter(browser, mailed_code(make, tenant)).status_code == 303


def test_without_the_workers_word_the_mailbox_proves_nothing(app, make, tenant, family):
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    assert 'action="/uitnodiging/code"' not in browser.get("/uitnodiging").text
    assert browser.post("/uitnodiging/code").status_code == 409


def test_a_mailbox_that_proved_one_parent_never_proves_the_other(
    app, make, tenant, family
):
    set_client(make, family.mother, **ALONE)
    first = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, first))
    assert enter(browser, first.code).status_code == 303
    set_client(make, family.mother, email_alone=False)
    set_client(make, family.father, **ALONE)
    second = invite(make, family, family.father)
    other = visitor(app, tenant)
    other.get(path_of(make, tenant, second))
    assert 'action="/uitnodiging/code"' not in other.get("/uitnodiging").text
    assert other.post("/uitnodiging/code").status_code == 409
    assert enter(other, second.code).status_code == 303


def test_no_more_than_three_codes_are_mailed_in_an_hour(app, make, tenant, family):
    set_client(make, family.mother, **ALONE)
    made = invite(make, family, family.mother)
    browser = visitor(app, tenant)
    browser.get(path_of(make, tenant, made))
    answers = [browser.post("/uitnodiging/code").status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]


# -- the letter ------------------------------------------------------------------------


def test_the_code_on_a_letter_can_be_scanned_or_typed(app, make, tenant, family):
    made = invite(make, family, family.mother, Channel.LETTER)
    token = path_of(make, tenant, made).rpartition("/")[2]
    scanned = visitor(app, tenant)
    assert scanned.get(f"/u/{token}").location == "/uitnodiging"
    assert scanned.get("/uitnodiging").status_code == 200
    typed = visitor(app, tenant)
    groups = f" {token[:4]}-{token[4:8]} {token[8:]} ".lower()
    assert typed.post("/brief", data={"code": groups}).location == "/uitnodiging"
    assert enter(typed, made.code).status_code == 303
    assert is_in(typed)


def test_a_wrong_letter_code_is_kept_to_be_mended(app, tenant):
    browser = visitor(app, tenant)
    answer = browser.post("/brief", data={"code": "ACDE-FGHJ-KMNP"})
    assert answer.status_code == 422
    assert 'value="ACDE-FGHJ-KMNP"' in answer.text


def test_a_letters_code_alone_opens_nothing(app, make, tenant, family):
    made = invite(make, family, family.mother, Channel.LETTER)
    token = path_of(make, tenant, made).rpartition("/")[2]
    browser = visitor(app, tenant)
    browser.get(f"/u/{token}")
    assert enter(browser, token).status_code == 422
    assert not is_in(browser)
    assert enter(browser, made.code).status_code == 303


# -- the own phone ---------------------------------------------------------------------


def test_only_on_the_own_phone_a_session_lasts(app, make, tenant, family):
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        made = invite(make, family, family.mother)
        browser = visitor(app, tenant)
        browser.get(path_of(make, tenant, made))
        enter(browser, made.code)
        assert browser.post("/eigen-telefoon", data={}).status_code == 422
        answer = browser.post("/eigen-telefoon", data={"own_device": "true"})
        assert answer.status_code == 303
        clock.shift(timedelta(days=30))
        assert is_in(browser)


def test_on_a_shared_phone_a_session_ends_soon(app, make, tenant, family):
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        made = invite(make, family, family.mother)
        browser = visitor(app, tenant)
        browser.get(path_of(make, tenant, made))
        enter(browser, made.code)
        browser.post("/eigen-telefoon", data={"own_device": "false"})
        assert is_in(browser)
        clock.shift(timedelta(minutes=31))
        assert not is_in(browser)
