"""The privacy officer erases who asked for it, and sees first what goes and stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from klankbord.actions.models import ActionPoint
from klankbord.audit.models import Action, AuditEntry, Category
from klankbord.db import TenantSession
from klankbord.people.models import CaseFile, Client
from klankbord.permissions import Role


@pytest.fixture
def family(make, tenant):
    """Make a family whose measure ended yesterday."""
    made = make.family(tenant)
    with TenantSession(make.engine, tenant.id) as session:
        ended = tenant.today() - timedelta(days=1)
        session.execute(update(CaseFile).values(ended_on=ended))
        session.commit()
    return made


@pytest.fixture
def officer(make, app, tenant):
    """Give the browser of the privacy officer."""
    return make.sign_in(app, make.staff(tenant, Role.PRIVACY_OFFICER, name="Petra Bos"))


def kept(make, person):
    with TenantSession(make.engine, person.tenant.id) as session:
        return session.get(Client, (person.tenant.id, person.client_id)) is not None


def erase(browser, person, name):
    return browser.post(f"/wissen/{person.client_id}", data={"name": name})


def find(browser, name):
    return browser.post("/wissen", data={"name": name})


def test_a_person_is_found_by_the_whole_family_name_only(officer, family):
    address = f"/wissen/{family.mother.client_id}"

    found = find(officer, "bakkali")
    assert found.status_code == 200
    assert address in found.text
    assert address not in find(officer, "bak").text
    assert address not in find(officer, " ").text
    assert address not in officer.get("/wissen").text


def test_the_name_that_is_looked_for_is_in_no_address_and_in_no_cache(officer, family):
    found = find(officer, "bakkali")
    form = found.text.partition('role="search"')[0].rpartition("<form")[2]

    assert found.headers["Cache-Control"] == "no-store"
    assert 'method="post"' in form
    assert (
        f"/wissen/{family.mother.client_id}"
        not in officer.get("/wissen?name=bakkali").text
    )


def test_a_search_that_is_sent_again_finds_the_same(officer, family):
    search = {"name": "bakkali", "idempotency_key": str(uuid4())}
    found = officer.post("/wissen", data=search)

    assert found.status_code == 200
    assert f"/wissen/{family.mother.client_id}" in find(officer, "bakkali").text


def test_who_is_looked_for_is_logged(make, tenant, officer, family):
    find(officer, "bakkali")

    with TenantSession(make.engine, tenant.id) as session:
        looked = session.scalars(
            select(AuditEntry.client_id).where(AuditEntry.action == Action.READ)
        ).all()
    assert family.mother.client_id in looked


def test_the_page_says_what_goes_what_stays_and_why(officer, family):
    page = officer.get(f"/wissen/{family.mother.client_id}").text

    for words in (
        "Samira Bakkali",
        "Dit wordt voorgoed gewist",
        "Samen Sterker",
        "Dit blijft, en waarom",
        "minstens vijf jaar",
    ):
        assert words in page


def test_the_typed_name_erases_the_person_and_nobody_else(make, officer, family):
    answer = erase(officer, family.mother, " samira  BAKKALI ")

    assert answer.status_code == 303
    assert "is gewist" in officer.get(answer.location).text
    assert not kept(make, family.mother)
    assert kept(make, family.father)
    assert officer.get(f"/wissen/{family.mother.client_id}").status_code == 404


@pytest.mark.parametrize("name", ["", "Samira", "Youssef Bakkali"])
def test_without_the_right_name_nothing_is_erased(make, officer, family, name):
    answer = erase(officer, family.mother, name)

    assert answer.status_code == 422
    assert "kb-error-summary" in answer.text
    assert kept(make, family.mother)


def test_the_log_says_that_it_was_done_and_not_about_whom(
    make, tenant, officer, family
):
    erase(officer, family.mother, "Samira Bakkali")

    with TenantSession(make.engine, tenant.id) as session:
        row = session.execute(
            select(AuditEntry.category, AuditEntry.client_id).where(
                AuditEntry.action == Action.DELETE
            )
        ).one()
    assert tuple(row) == (Category.EVERYTHING, family.mother.client_id)
    page = officer.get("/logboek").text
    assert "Gewist" in page
    assert "Samira" not in page


def test_who_still_takes_part_in_a_measure_is_not_erased(make, tenant, officer):
    running = make.family(tenant)

    page = officer.get(f"/wissen/{running.mother.client_id}")
    answer = erase(officer, running.mother, "Samira Bakkali")

    for told in (page, answer):
        assert "doet nog mee in een maatregel" in told.text
    assert answer.status_code == 409
    assert kept(make, running.mother)


def test_an_open_agreement_has_to_be_closed_first(make, tenant, officer, family):
    make.add(
        tenant,
        ActionPoint(
            source="test",
            source_id=uuid4(),
            client_id=family.mother.client_id,
            case_id=family.case_id,
            text="Ik bel elke week.",
        ),
    )

    answer = erase(officer, family.mother, "Samira Bakkali")

    assert answer.status_code == 409
    assert "nog een afspraak" in answer.text
    assert kept(make, family.mother)


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.WORKER, Role.TEAM_LEAD])
def test_nobody_else_erases(make, app, tenant, family, role):
    browser = make.sign_in(app, make.staff(tenant, role))

    assert browser.get("/wissen").status_code == 403
    assert find(browser, "bakkali").status_code == 403
    assert erase(browser, family.mother, "Samira Bakkali").status_code == 403
    assert kept(make, family.mother)
