"""Who sees what, part by part and line by line: on every page that shows a sheet."""

import pytest
from sheet_steps import WORDS, Sheets
from sqlalchemy import update

from klankbord.audit.models import Action, AuditEntry
from klankbord.db import TenantSession
from klankbord.people.models import CaseFile, CaseMember
from klankbord.permissions import Role

OTHER = "Mijn tante."


@pytest.fixture
def people(make, sheets):
    """Everybody with or without a relation to the case."""
    family, tenant = sheets.family, sheets.tenant
    team = family.team_id
    staff = {
        "deputy": make.staff(tenant, Role.WORKER, Role.DEPUTY, team_id=team),
        "expert": make.staff(tenant, Role.BEHAVIOURAL_EXPERT, team_id=team),
        "another worker": make.staff(tenant, Role.WORKER, team_id=team),
        "another expert": make.staff(tenant, Role.BEHAVIOURAL_EXPERT),
        "team lead": make.staff(tenant, Role.TEAM_LEAD, team_id=team),
        "management": make.staff(tenant, Role.MANAGEMENT),
        "client council": make.staff(tenant, Role.CLIENT_COUNCIL),
        "admin": make.staff(tenant, Role.TENANT_ADMIN),
        "privacy officer": make.staff(tenant, Role.PRIVACY_OFFICER),
    }
    set_case(
        make,
        family,
        deputy_id=staff["deputy"].account_id,
        expert_id=staff["expert"].account_id,
    )
    return staff | {
        "worker": family.worker,
        "mother": family.mother,
        "father": family.father,
        "youth": family.youth,
        "another family": make.family(tenant).mother,
        "another organisation": make.family(make.tenant()).worker,
    }


def set_case(make, family, **values):
    with TenantSession(make.engine, family.worker.tenant.id) as session:
        session.execute(
            update(CaseFile).where(CaseFile.id == family.case_id).values(**values)
        )
        session.commit()


def pages_of(sheets, owner):
    """Every address at which something of the part may stand."""
    case_id, part_id = sheets.family.case_id, sheets.part(owner).id
    line_id = sheets.lines(owner)["explaining"].id
    return (
        f"/gezinnen/{case_id}",
        f"/startvragen/{case_id}",
        f"/startvragen/{case_id}/afdrukken",
        f"/zo-werkt-het/{part_id}",
        f"/zo-werkt-het/{part_id}/afdrukken",
        f"/zo-werkt-het/{part_id}/eerder",
        f"/zo-werkt-het/regel/{line_id}",
    )


def sees(browser, sheets, owner, words=WORDS):
    """Tell whether any page shows the words; those that do not are like none at all."""
    return any(words in browser.get(page).text for page in pages_of(sheets, owner))


SHARED_WITH = {
    "nobody": set(),
    "worker": {"worker"},
    "new_worker": {"worker"},
    "expert": {"expert"},
    "worker new_worker expert": {"worker", "expert"},
}


@pytest.mark.parametrize("shared_with", SHARED_WITH)
def test_only_whom_the_owner_named_sees_a_part(app, make, sheets, people, shared_with):
    owner = sheets.family.mother
    sheets.filled(owner)
    if shared_with != "nobody":
        sheets.share(owner, *shared_with.split())

    seen_by = {
        name
        for name, person in people.items()
        if sees(make.sign_in(app, person), sheets, owner)
    }

    assert seen_by == SHARED_WITH[shared_with] | {"mother"}


@pytest.mark.parametrize("reader", ["worker", "expert"])
def test_withdrawn_while_the_page_is_open_it_is_gone_at_the_next_request(
    app, make, sheets, people, reader
):
    owner = sheets.family.youth
    sheets.filled(owner)
    sheets.share(owner, "worker", "expert")
    browser = make.sign_in(app, people[reader])
    assert sees(browser, sheets, owner)

    sheets.stop(owner)

    assert not sees(browser, sheets, owner)


def test_each_topic_can_be_for_other_readers(app, make, sheets, people):
    owner = sheets.family.mother
    part_id = sheets.filled(owner)
    lines = sheets.lines(owner)
    ticked = {
        f"line_{lines['explaining'].id}": "worker",
        f"line_{lines['company'].id}": "expert",
    }
    page = f"/zo-werkt-het/{part_id}/wie-per-onderwerp"
    assert make.sign_in(app, owner).post(page, data=ticked).status_code == 303

    worker = make.sign_in(app, people["worker"])
    expert = make.sign_in(app, people["expert"])
    assert sees(worker, sheets, owner, WORDS)
    assert not sees(worker, sheets, owner, OTHER)
    assert sees(expert, sheets, owner, OTHER)
    assert not sees(expert, sheets, owner, WORDS)


@pytest.mark.parametrize("new_worker", [False, True])
def test_after_a_change_the_new_worker_reads_only_what_was_meant_for_a_new_one(
    app, make, sheets, people, new_worker
):
    owner = sheets.family.mother
    sheets.filled(owner)
    sheets.share(owner, "worker", *(["new_worker"] if new_worker else []))
    former, new = people["worker"], people["another worker"]
    assert not sees(make.sign_in(app, new), sheets, owner)

    set_case(make, sheets.family, worker_id=new.account_id)

    assert sees(make.sign_in(app, new), sheets, owner) is new_worker
    assert not sees(make.sign_in(app, former), sheets, owner)


@pytest.mark.parametrize("over", ["case", "membership"])
def test_when_it_is_over_only_the_owner_reads_on(app, make, sheets, people, over):
    owner = sheets.family.mother
    sheets.filled(owner)
    sheets.share(owner, "worker", "expert")
    worker = make.sign_in(app, people["worker"])
    assert sees(worker, sheets, owner)
    today = sheets.tenant.today()
    if over == "case":
        set_case(make, sheets.family, ended_on=today)
    else:
        with TenantSession(make.engine, sheets.tenant.id) as session:
            session.execute(
                update(CaseMember)
                .where(CaseMember.client_id == owner.client_id)
                .values(ends_on=today)
            )
            session.commit()

    assert not sees(worker, sheets, owner)
    assert not sees(make.sign_in(app, people["expert"]), sheets, owner)
    assert sees(make.sign_in(app, owner), sheets, owner)


@pytest.mark.parametrize("allowed", [False, True])
def test_a_parent_reads_a_young_childs_part_only_where_the_organisation_says_so(
    app, make, allowed
):
    tenant = make.tenant(policies={"parents_read_children_under_12": allowed})
    sheets = Sheets(make, make.family(tenant, youth_age=9))
    child = sheets.family.youth
    sheets.filled(child)

    mother = make.sign_in(app, sheets.family.mother)
    assert sees(mother, sheets, child) is allowed
    assert ("Het blad van Noor" in mother.get("/zo-werkt-het").text) is allowed
    set_case(make, sheets.family, ended_on=sheets.tenant.today())
    assert not sees(mother, sheets, child)
    assert "Het blad van Noor" not in mother.get("/zo-werkt-het").text
    set_case(make, sheets.family, ended_on=None)
    assert not sees(make.sign_in(app, sheets.family.father), sheets, child)
    assert not sees(make.sign_in(app, sheets.family.worker), sheets, child)


def test_the_outsider_finds_no_page_at_all(app, make, sheets, people):
    owner = sheets.family.mother
    sheets.filled(owner)
    sheets.share(owner, "worker", "new_worker", "expert")
    for name in ("another organisation", "another family", "father", "another worker"):
        browser = make.sign_in(app, people[name])
        statuses = {browser.get(page).status_code for page in pages_of(sheets, owner)}
        assert statuses <= {403, 404}, name


def test_reading_what_was_shared_stands_in_the_owners_log(app, make, sheets, people):
    owner = sheets.family.mother
    sheets.filled(owner, share=True)
    make.sign_in(app, people["worker"]).get(f"/gezinnen/{sheets.family.case_id}")

    with sheets.as_system() as ctx:
        read = ctx.session.query(AuditEntry).filter_by(
            client_id=owner.client_id,
            account_id=people["worker"].account_id,
            category="answers",
            action=Action.READ,
        )
        assert read.count() == 1
    log = make.sign_in(app, owner).get("/wie-keek").text
    assert "Karin de Wit" in log
