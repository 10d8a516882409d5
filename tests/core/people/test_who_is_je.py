"""Everybody under 18 is "je", a parent too, where grown-ups are "u"."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from klankbord.accounts.models import Account
from klankbord.context import SYSTEM
from klankbord.db import TenantSession
from klankbord.people import services
from klankbord.people.ages import is_young
from klankbord.people.jobs import SCHEDULES
from klankbord.people.models import Client, ClientKind

DAY = date(2026, 3, 1)
PARENT, YOUTH = ClientKind.PARENT, ClientKind.YOUTH
SEVENTEEN = timedelta(days=int(17.5 * 365.25))


@pytest.fixture
def family(make):
    """Make a family in an organisation that says "u"."""
    return make.family(make.tenant(formal=True))


def say(make, family, born):
    """Let the worker write down when the mother was born."""
    ctx = make.context(family.worker)
    kept = services.client_facts(ctx, family.mother.client_id)
    values = {**vars(kept.facts), "birth_date": born}
    facts = type(kept.facts)(**values)
    services.change_client(ctx, family.mother.client_id, kept.version, facts)
    ctx.finish(commit=True)


def greeted(make, app, person):
    page = make.sign_in(app, person).get("/start").text
    (form,) = {one for one in ("Uw", "Jouw") if f"{one} jeugdbeschermer" in page}
    return form


@pytest.mark.parametrize(
    ("kind", "born", "young"),
    [
        (PARENT, None, False),
        (PARENT, date(2008, 3, 1), False),
        (PARENT, date(2008, 3, 2), True),
        (PARENT, date(2008, 2, 29), False),
        (PARENT, date(1980, 1, 1), False),
        (YOUTH, None, True),
        (YOUTH, date(2020, 1, 1), True),
        (YOUTH, date(2008, 3, 2), True),
        (YOUTH, date(2005, 1, 1), True),
    ],
)
def test_who_is_je(kind, born, young):
    assert is_young(Client(kind=kind, birth_date=born), DAY) is young


def test_a_parent_under_18_is_je_on_every_page(make, app, family):
    today = family.worker.tenant.today()
    assert greeted(make, app, family.mother) == "Uw"

    say(make, family, today - SEVENTEEN)
    assert greeted(make, app, family.mother) == "Jouw"
    assert greeted(make, app, family.youth) == "Jouw"
    assert greeted(make, app, family.father) == "Uw"

    say(make, family, date(1985, 5, 5))
    assert greeted(make, app, family.mother) == "Uw"


def test_a_parent_who_comes_of_age_is_u_from_that_day_on(make, app, family):
    tenant = family.worker.tenant
    say(make, family, tenant.today() - SEVENTEEN)
    _follow_birthdays(make, tenant)
    assert greeted(make, app, family.mother) == "Jouw"

    with TenantSession(make.engine, tenant.id) as session:
        mother = session.get(Client, (tenant.id, family.mother.client_id))
        mother.birth_date = tenant.today() - timedelta(days=18 * 366)
        session.commit()
    _follow_birthdays(make, tenant)

    assert greeted(make, app, family.mother) == "Uw"
    with TenantSession(make.engine, tenant.id) as session:
        young = session.scalars(select(Account.client_id).where(Account.young)).all()
    assert young == [family.youth.client_id]


def _follow_birthdays(make, tenant):
    (schedule,) = SCHEDULES
    ctx = make.context_of(tenant, SYSTEM)
    schedule.job(ctx)
    ctx.finish(commit=True)
