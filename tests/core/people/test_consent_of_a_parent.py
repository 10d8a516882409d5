"""A worker writes down what a parent said about a youth under 16."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from klankbord.accounts.models import Account
from klankbord.audit.models import AuditEntry, Category
from klankbord.context import SYSTEM
from klankbord.db import TenantSession
from klankbord.keepers import keepers
from klankbord.people import services
from klankbord.people.models import Consent, ConsentWay, Purpose
from klankbord.permissions import Role
from klankbord.privacy.services import erase_person


@pytest.fixture
def family(make, tenant):
    return make.family(tenant, youth_age=9)


@pytest.fixture
def worker(make, app, family):
    """Give the browser of the worker."""
    return make.sign_in(app, family.worker)


def said(family, **changes):
    return {
        "parent_id": str(family.mother.client_id),
        "purpose": "buddy",
        "granted": "True",
        "way": "paper",
        "on": family.worker.tenant.today().isoformat(),
    } | changes


def address(person):
    return f"/personen/{person.client_id}/toestemming"


def holds(make, person, purpose=Purpose.BUDDY):
    ctx = make.context_of(person.tenant, SYSTEM)
    return services.consent_holds(ctx, person.client_id, purpose)


def rows(make, tenant):
    with TenantSession(make.engine, tenant.id) as session:
        session.expire_on_commit = False
        return session.scalars(select(Consent).order_by(Consent.at)).all()


def test_what_a_parent_said_is_written_down_with_who_when_and_how(
    make, tenant, family, worker
):
    answer = worker.post(address(family.youth), data=said(family))

    assert answer.status_code == 303
    [row] = rows(make, tenant)
    assert row.given_by == family.mother.client_id
    assert row.recorded_by == family.worker.account_id
    assert row.way is ConsentWay.PAPER
    assert holds(make, family.youth)
    page = worker.get(f"/personen/{family.youth.client_id}").text
    for words in (
        "Een maatje",
        "Samira",
        "Op papier",
        "Opgeschreven door Karin de Wit",
    ):
        assert words in page


def test_it_can_be_taken_back_and_all_of_it_stays_visible(make, tenant, family, worker):
    worker.post(address(family.youth), data=said(family))
    page = worker.get(f"/personen/{family.youth.client_id}").text
    link = f"{address(family.youth)}?purpose=buddy&amp;parent_id="
    assert f"{link}{family.mother.client_id}" in page
    form = worker.get(f"{link}{family.mother.client_id}".replace("&amp;", "&")).text
    assert 'value="False" id="field-granted-2" checked' in form

    worker.post(address(family.youth), data=said(family, granted="False", way="phone"))

    assert not holds(make, family.youth)
    assert [row.granted for row in rows(make, tenant)] == [True, False]
    page = worker.get(f"/personen/{family.youth.client_id}").text
    assert "Op papier" in page
    assert "Aan de telefoon" in page


def test_the_parent_sees_it_and_takes_it_back_in_the_portal(make, app, family, worker):
    worker.post(address(family.youth), data=said(family))
    mother = make.sign_in(app, family.mother)
    assert "Opgeschreven door Karin de Wit" in mother.get("/toestemming").text

    mother.post(
        "/toestemming",
        data={
            "client_id": str(family.youth.client_id),
            "purpose": "buddy",
            "granted": "false",
        },
    )

    assert not holds(make, family.youth)


def test_from_twelve_on_the_youth_has_to_say_yes_too(make, app, tenant):
    family = make.family(tenant, youth_age=14)
    make.sign_in(app, family.worker).post(address(family.youth), data=said(family))
    assert not holds(make, family.youth)

    ctx = make.context(family.youth)
    services.give_consent(ctx, family.youth.client_id, Purpose.BUDDY, granted=True)
    ctx.finish(commit=True)

    assert holds(make, family.youth)


def test_from_sixteen_on_nobody_writes_it_down(make, app, tenant):
    family = make.family(tenant, youth_age=16)
    worker = make.sign_in(app, family.worker)
    assert (
        address(family.youth)
        not in worker.get(f"/personen/{family.youth.client_id}").text
    )

    answer = worker.post(address(family.youth), data=said(family))

    assert answer.status_code == 409
    assert "beslist een jongere alleen" in answer.text
    assert rows(make, tenant) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"purpose": "mail"}, "zegt ieder voor zichzelf"),
        ({"granted": ""}, "Kies"),
        ({"way": "smoke"}, "Kies"),
        ({"on": "2099-01-01"}, "nog niet geweest"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(
    make, tenant, family, worker, wrong, words
):
    answer = worker.post(address(family.youth), data=said(family, **wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{family.mother.client_id}"' in answer.text
    assert rows(make, tenant) == []


def test_only_a_parent_who_had_custody_on_that_day_counts(make, tenant, family, worker):
    today = tenant.today()
    for wrong in (
        {"parent_id": str(family.father.client_id)},
        {"on": (today - timedelta(days=300)).isoformat()},
    ):
        answer = worker.post(address(family.youth), data=said(family, **wrong))
        assert answer.status_code == 422
        assert "op die dag gezag" in answer.text
    assert rows(make, tenant) == []


def test_only_who_works_with_the_family_writes_it_down(make, app, tenant, family):
    stranger = make.sign_in(app, make.staff(tenant, Role.WORKER))

    answer = stranger.post(address(family.youth), data=said(family))

    assert answer.status_code == 404
    assert rows(make, tenant) == []


def test_the_log_of_child_and_parent_tells_it(make, tenant, family, worker):
    worker.post(address(family.youth), data=said(family))

    with TenantSession(make.engine, tenant.id) as session:
        told = session.scalars(
            select(AuditEntry.client_id).where(
                AuditEntry.category == Category.CONSENT.value
            )
        ).all()
    assert set(told) == {family.youth.client_id, family.mother.client_id}


def test_a_parent_without_an_account_can_say_yes(make, tenant, family, worker):
    with TenantSession(make.engine, tenant.id) as session:
        session.delete(session.get(Account, (tenant.id, family.mother.account_id)))
        session.commit()

    worker.post(address(family.youth), data=said(family))

    assert holds(make, family.youth)


def test_the_word_of_a_parent_who_was_erased_is_history_and_holds_no_longer(
    make, tenant, family, worker
):
    worker.post(address(family.youth), data=said(family))
    assert holds(make, family.youth)
    ctx = make.context(make.staff(tenant, Role.PRIVACY_OFFICER))
    erase_person(ctx, family.mother.client_id, keepers())
    ctx.finish(commit=True)

    assert not holds(make, family.youth)
    assert [row.given_by for row in rows(make, tenant)] == [None]
    page = worker.get(f"/personen/{family.youth.client_id}").text
    assert "iemand die gewist is" in page
