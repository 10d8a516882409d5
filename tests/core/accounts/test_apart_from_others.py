"""Signing in leans on PostgreSQL alone; mails name our own address only."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from colleagues import PASSWORD, enter, first_step, is_in, second_step
from flask import Flask
from sqlalchemy import func, select

from klankbord import processes
from klankbord.accounts.jobs import forget_old_tries
from klankbord.accounts.models import AccountSession, CountedTries
from klankbord.accounts.sessions import lock_session, unlock_session
from klankbord.accounts.views import limiter
from klankbord.app import create_app
from klankbord.config import Config
from klankbord.context import SYSTEM, Actor
from klankbord.db import TenantSession, now
from klankbord.errors import Invalid, TooMany
from klankbord.jobs import use_redis
from klankbord.outbox.services import DELIVERY
from klankbord.privacy.keys import keyring, use_keyring
from klankbord.testing.tenants import visitor


@pytest.fixture
def app_without_valkey(
    app: Flask,  # noqa: ARG001 - made first, so that it keeps what a process has once
    config: Config,
) -> Iterator[Flask]:
    """Make an app whose Valkey does not answer."""
    keys, limits = keyring(), dict(vars(limiter))
    lonely = create_app(replace(config, redis_url="redis://127.0.0.1:9"))
    lonely.config.update(WTF_CSRF_ENABLED=False)
    yield lonely
    lonely.extensions["klankbord-engine"].dispose()
    keyring().close()
    use_keyring(keys)
    use_redis(config.redis_url)
    vars(limiter).update(limits)


def test_people_sign_in_and_stay_in_while_valkey_is_away(app_without_valkey, colleague):
    browser = enter(app_without_valkey, colleague)
    assert is_in(browser)
    browser.post("/uitloggen")
    assert not is_in(browser)


def test_guessing_is_stopped_while_valkey_is_away(app_without_valkey, colleague):
    browser = visitor(app_without_valkey, colleague.person.tenant)
    answers = [
        first_step(browser, colleague.person.email, "wrong").status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_a_mail_after_a_hostile_request_holds_our_own_address_only(
    app, config, tenant, colleague, smtp_sink
):
    browser = visitor(app, tenant)
    answer = browser.post(
        "/wachtwoord-vergeten",
        data={"email": colleague.person.email},
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    )
    assert answer.status_code == 303
    hands = processes.open_workplace(app, replace(config, smtp_url=smtp_sink.url))
    hands.do(tenant.id, DELIVERY)
    (mail,) = smtp_sink.wait_for(1)
    words = mail.message.as_string()
    assert "evil.example" not in words
    path = re.search(rf"{re.escape(tenant.base_url)}(/u/\w+)", _plain(mail.message))
    assert path
    fresh = visitor(app, tenant)
    fresh.get(path[1])
    form = {"password": f"{PASSWORD}!", "again": f"{PASSWORD}!"}
    assert fresh.post("/wachtwoord-kiezen", data=form).status_code == 303
    assert second_step(fresh, colleague.code).status_code == 303


def test_a_passed_on_phone_is_given_back_with_the_own_password(app, make, colleague):
    browser = enter(app, colleague)
    ctx = _as(make, colleague)
    lock_session(ctx, ctx.actor.account_id)
    ctx.finish(commit=True)
    assert not is_in(browser)
    ctx = _as(make, colleague)
    with pytest.raises(Invalid):
        unlock_session(ctx, "not the password")
    unlock_session(ctx, PASSWORD)
    ctx.finish(commit=True)
    assert is_in(browser)


def test_a_child_that_guesses_the_password_is_stopped_after_five(app, make, colleague):
    enter(app, colleague)
    ctx = _as(make, colleague)
    for _ in range(5):
        with pytest.raises(Invalid):
            unlock_session(ctx, "guess")
    with pytest.raises(TooMany):
        unlock_session(ctx, PASSWORD)


def test_counts_of_old_tries_are_removed(app, make, tenant, colleague):
    first_step(visitor(app, tenant), colleague.person.email, "wrong")
    assert _counts(make, tenant) == 1
    with time_machine.travel(now() + timedelta(days=2)):
        ctx = make.context_of(tenant, SYSTEM)
        forget_old_tries(ctx)
        ctx.finish(commit=True)
    assert _counts(make, tenant) == 0


def _counts(make, tenant) -> int:
    with TenantSession(make.engine, tenant.id) as session:
        return session.scalar(select(func.count()).select_from(CountedTries)) or 0


def _as(make, colleague):
    person = colleague.person
    with TenantSession(make.engine, person.tenant.id) as session:
        session_id = session.scalars(
            select(AccountSession.id).where(
                AccountSession.account_id == person.account_id
            )
        ).one()
    actor = Actor(person.roles, person.account_id, session_id=session_id)
    return make.context_of(person.tenant, actor)


def _plain(message) -> str:
    return message.get_body(("plain",)).get_content()
