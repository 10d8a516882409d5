"""The list of families."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from klankbord.audit.models import Action, AuditEntry
from klankbord.errors import Forbidden
from klankbord.people.models import CaseFile, CaseMember, Family, MeasureKind
from klankbord.people.services import (
    FamilyWish,
    Show,
    count_families,
    download_families,
    list_families,
)
from klankbord.permissions import Role


def add_cases(make, worker, names, **values):
    for name in names:
        family = Family(id=uuid4(), name=name)
        make.add(worker.tenant, family)
        case = CaseFile(
            **{
                "family_id": family.id,
                "measure": MeasureKind.GUARDIANSHIP,
                "begins_on": worker.tenant.today() - timedelta(days=10),
                "worker_id": worker.account_id,
                **values,
            }
        )
        make.add(worker.tenant, case)


def names_of(make, person, **wish):
    rows, total = list_families(make.context(person), FamilyWish(**wish))
    assert total >= len(rows)
    return [row.family for row in rows]


@pytest.fixture
def worker(make, tenant):
    return make.staff(tenant, Role.WORKER)


def test_a_worker_sees_the_own_families_and_no_others(make, tenant, worker):
    colleague = make.staff(tenant, Role.WORKER, name="Ruud Smit")
    add_cases(make, worker, ["Aydin"])
    add_cases(make, colleague, ["De Boer"])
    add_cases(make, colleague, ["Yilmaz"], deputy_id=worker.account_id)
    assert names_of(make, worker) == ["Aydin", "Yilmaz"]
    assert names_of(make, colleague) == ["De Boer", "Yilmaz"]


def test_a_team_lead_sees_the_team(make, tenant):
    family = make.family(tenant)
    other = make.family(tenant)
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id)
    rows, total = list_families(make.context(lead), FamilyWish())
    assert ([row.case_id for row in rows], total) == ([family.case_id], 1)
    assert other.case_id not in {row.case_id for row in rows}
    assert rows[0].worker == "Karin de Wit"
    assert rows[0].members == 3


def test_somebody_elsewhere_sees_nothing_of_it(make, tenant, outsider):
    family = make.family(tenant)
    assert names_of(make, family.worker) == ["Bakkali"]
    assert names_of(make, outsider, show=Show.ALL) == []


def test_a_client_has_no_list(make, tenant):
    family = make.family(tenant)
    with pytest.raises(Forbidden):
        list_families(make.context(family.mother), FamilyWish())


def test_ended_cases_stand_in_a_list_of_their_own(make, tenant, worker):
    today = tenant.today()
    add_cases(make, worker, ["Loopt", "Loopt tot morgen"])
    add_cases(make, worker, ["Vandaag klaar"], ended_on=today)
    add_cases(make, worker, ["Al klaar"], ended_on=today - timedelta(days=3))
    assert names_of(make, worker) == ["Loopt", "Loopt tot morgen"]
    assert names_of(make, worker, show=Show.ENDED) == ["Al klaar", "Vandaag klaar"]
    assert len(names_of(make, worker, show=Show.ALL)) == 4
    assert count_families(make.context(worker)) == 2


def test_a_family_is_found_by_its_name_or_by_somebody_in_it(make, tenant):
    family = make.family(tenant)
    add_cases(make, family.worker, ["100% Anders", "Een_twee", "Çelik"])
    for words in ("bakk", "NOOR", "samira bakkali"):
        assert names_of(make, family.worker, q=words) == ["Bakkali"], words
    assert names_of(make, family.worker, q="100%") == ["100% Anders"]
    assert names_of(make, family.worker, q="n_t") == ["Een_twee"]
    for words in ("celik", "ÇELIK"):
        assert names_of(make, family.worker, q=words) == ["Çelik"], words
    assert names_of(make, family.worker, q="xyz") == []


def test_the_list_sorts_both_ways_and_ignores_what_it_does_not_know(make, worker):
    add_cases(make, worker, ["de Boer", "Çelik", "Aydin"])
    assert names_of(make, worker) == ["Aydin", "Çelik", "de Boer"]
    assert names_of(make, worker, sort="-family") == ["de Boer", "Çelik", "Aydin"]
    assert names_of(make, worker, sort="password") == ["Aydin", "Çelik", "de Boer"]
    for sort in ("begins_on", "-worker", "next_at"):
        assert len(names_of(make, worker, sort=sort)) == 3


def test_pages_follow_each_other_without_gap_or_double(make, worker):
    add_cases(make, worker, [f"Gezin {number:02}" for number in range(7)])
    seen = [
        name
        for offset in (0, 3, 6)
        for name in names_of(make, worker, offset=offset, limit=3)
    ]
    assert seen == [f"Gezin {number:02}" for number in range(7)]
    assert list_families(make.context(worker), FamilyWish(offset=90))[1] == 7


def test_a_download_holds_every_row_and_stands_in_the_log(make, worker):
    add_cases(make, worker, [f"Gezin {number:02}" for number in range(60)])
    ctx = make.context(worker)
    assert len(download_families(ctx, FamilyWish(limit=None))) == 60
    actions = ctx.session.scalars(select(AuditEntry.action)).all()
    assert actions == [Action.EXPORT]


def count_statements(make, work):
    seen = []

    def note(_connection, _cursor, sql, *_):
        seen.append(sql)

    event.listen(make.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(make.engine, "before_cursor_execute", note)
    return len(seen)


def test_the_list_takes_as_many_statements_for_500_families_as_for_5(
    make, tenant, worker
):
    def look():
        rows, total = list_families(make.context(worker), FamilyWish(limit=500))
        assert len(rows) == total
        return total

    def fill(count):
        families = [
            Family(id=uuid4(), name=f"Gezin {number}") for number in range(count)
        ]
        make.add(tenant, *families)
        cases = [
            CaseFile(
                id=uuid4(),
                family_id=family.id,
                measure=MeasureKind.GUARDIANSHIP,
                begins_on=tenant.today(),
                worker_id=worker.account_id,
            )
            for family in families
        ]
        make.add(tenant, *cases)
        parent = make.client(tenant, families[0].id)
        make.add(
            tenant,
            *(
                CaseMember(
                    case_id=case.id,
                    client_id=parent.client_id,
                    begins_on=tenant.today(),
                )
                for case in cases
            ),
        )

    fill(5)
    look()
    few = count_statements(make, look)
    fill(495)
    assert count_statements(make, look) == few
    assert look() == 500
