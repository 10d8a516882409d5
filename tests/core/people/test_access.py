"""Who may see and who may answer: a table of examples."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from klankbord.accounts.models import Team
from klankbord.db import TenantSession, now
from klankbord.errors import NotFound
from klankbord.people import access
from klankbord.people.access import CHANGES, KNOWS, SEES, Relation
from klankbord.people.ages import age_on, role_of
from klankbord.people.models import (
    CaseFile,
    CaseMember,
    Client,
    ClientKind,
    Custody,
    EmergencyAccess,
    EmergencyReason,
)
from klankbord.permissions import Role

YEARS = timedelta(days=365.25)
ALLOWED = {access.PARENTS_READ_YOUNG: True}


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def change_case(make, family, **values):
    with TenantSession(make.engine, family.worker.tenant.id) as session:
        case = session.get(CaseFile, (family.worker.tenant.id, family.case_id))
        for name, value in values.items():
            setattr(case, name, value)
        session.commit()


def change_member(make, person, **values):
    with TenantSession(make.engine, person.tenant.id) as session:
        member = session.query(CaseMember).filter_by(client_id=person.client_id).one()
        for name, value in values.items():
            setattr(member, name, value)
        session.commit()


def relation_of(make, person, case_id, among):
    try:
        return access.require_relation(make.context(person), case_id, among).relation
    except NotFound:
        return None


# Who, and what the relation to the case lets them do.
STAFF = {
    "the worker": (Relation.WORKER, {"knows", "sees", "changes"}),
    "the deputy": (Relation.DEPUTY, {"knows", "sees", "changes"}),
    "a deputy with the role of a worker": (
        Relation.DEPUTY,
        {"knows", "sees", "changes"},
    ),
    "the expert who was called in": (Relation.EXPERT, {"knows", "sees"}),
    "the lead of the team": (Relation.TEAM_LEAD, {"knows"}),
    "a worker in an emergency": (Relation.EMERGENCY, {"knows", "sees"}),
    "a worker whose emergency is over": (None, set()),
    "the former worker": (None, set()),
    "a worker who lost the role": (None, set()),
    "a worker of the same team": (None, set()),
    "an expert of another case": (None, set()),
    "the lead of another team": (None, set()),
    "a lead without a team": (None, set()),
    "a member of the team without the role of lead": (None, set()),
    "the tenant's admin": (None, set()),
    "the privacy officer": (None, set()),
    "management": (None, set()),
    "the mother": (None, set()),
    "somebody of another organisation": (None, set()),
}


def staff_of(make, tenant, family, outsider, who):
    """Make the person that an example is about."""

    def person(*roles, team_id=None):
        return make.staff(tenant, *roles, team_id=team_id)

    def named(column, *roles):
        someone = person(*roles)
        change_case(make, family, **{column: someone.account_id})
        return someone

    def in_emergency(until):
        someone = person(Role.WORKER)
        make.add(
            tenant,
            EmergencyAccess(
                case_id=family.case_id,
                account_id=someone.account_id,
                reason=EmergencyReason.DANGER,
                expires_at=now() + until,
            ),
        )
        return someone

    def former_worker():
        change_case(make, family, worker_id=person(Role.WORKER).account_id)
        return family.worker

    def other_team():
        team = Team(id=uuid4(), name="Elders")
        make.add(tenant, team)
        return team.id

    makers = {
        "the worker": lambda: family.worker,
        "the deputy": lambda: named("deputy_id", Role.DEPUTY),
        "a deputy with the role of a worker": lambda: named("deputy_id", Role.WORKER),
        "the expert who was called in": lambda: named(
            "expert_id", Role.BEHAVIOURAL_EXPERT
        ),
        "the lead of the team": lambda: person(Role.TEAM_LEAD, team_id=family.team_id),
        "a worker in an emergency": lambda: in_emergency(timedelta(hours=1)),
        "a worker whose emergency is over": lambda: in_emergency(timedelta(hours=-1)),
        "the former worker": former_worker,
        "a worker who lost the role": lambda: named("worker_id", Role.MANAGEMENT),
        "a worker of the same team": lambda: person(
            Role.WORKER, team_id=family.team_id
        ),
        "an expert of another case": lambda: person(Role.BEHAVIOURAL_EXPERT),
        "the lead of another team": lambda: person(
            Role.TEAM_LEAD, team_id=other_team()
        ),
        "a lead without a team": lambda: person(Role.TEAM_LEAD),
        "a member of the team without the role of lead": lambda: person(
            Role.BUDDY_COORDINATOR, team_id=family.team_id
        ),
        "the tenant's admin": lambda: person(Role.TENANT_ADMIN),
        "the privacy officer": lambda: person(Role.PRIVACY_OFFICER),
        "management": lambda: person(Role.MANAGEMENT),
        "the mother": lambda: family.mother,
        "somebody of another organisation": lambda: outsider,
    }
    return makers[who]()


@pytest.mark.parametrize("who", STAFF)
def test_a_case_opens_for_a_relation_and_not_for_a_role(
    make, tenant, family, outsider, who
):
    relation, rights = STAFF[who]
    person = staff_of(make, tenant, family, outsider, who)
    for name, among in {"knows": KNOWS, "sees": SEES, "changes": CHANGES}.items():
        expected = relation if name in rights else None
        assert relation_of(make, person, family.case_id, among) is expected, name


@pytest.mark.parametrize("who", STAFF)
def test_a_person_opens_as_the_case_does(make, tenant, family, outsider, who):
    _, rights = STAFF[who]
    person = staff_of(make, tenant, family, outsider, who)
    ctx = make.context(person)
    for name, among in {"knows": KNOWS, "sees": SEES, "changes": CHANGES}.items():
        if name in rights:
            found = access.require_client(ctx, family.youth.client_id, among)
            assert found.case_id == family.case_id
        else:
            with pytest.raises(NotFound):
                access.require_client(ctx, family.youth.client_id, among)


def test_somebody_who_left_the_case_is_closed_to_its_worker(make, family):
    ctx = make.context(family.worker)
    assert access.require_client(ctx, family.father.client_id)
    change_member(make, family.father, ends_on=ctx.tenant.today())
    with pytest.raises(NotFound):
        access.require_client(make.context(family.worker), family.father.client_id)
    assert access.require_client(make.context(family.worker), family.mother.client_id)


def test_an_ended_case_stays_open_to_its_worker(make, tenant, family):
    change_case(make, family, ended_on=tenant.today() - timedelta(days=30))
    assert relation_of(make, family.worker, family.case_id, SEES) is Relation.WORKER


def test_the_closest_relation_counts(make, tenant, family):
    lead = make.staff(tenant, Role.TEAM_LEAD, Role.WORKER, team_id=family.team_id)
    assert relation_of(make, lead, family.case_id, KNOWS) is Relation.TEAM_LEAD
    change_case(make, family, worker_id=lead.account_id)
    assert relation_of(make, lead, family.case_id, KNOWS) is Relation.WORKER


ANSWERING = {
    "the mother for herself": ("mother", "mother", True),
    "the father without custody for himself": ("father", "father", True),
    "the youth for themselves": ("youth", "youth", True),
    "the mother for the father": ("mother", "father", False),
    "the mother for the youth": ("mother", "youth", False),
    "the youth for the mother": ("youth", "mother", False),
    "the worker for the youth": ("worker", "youth", False),
}


@pytest.mark.parametrize(
    ("who", "whom", "may"), ANSWERING.values(), ids=ANSWERING.keys()
)
@pytest.mark.parametrize("age", [8, 14])
def test_everybody_answers_for_themselves_only(make, tenant, who, whom, may, age):
    family = make.family(tenant, youth_age=age)
    ctx = make.context(getattr(family, who))
    subject = family.youth.client_id if whom == "youth" else None
    subject = subject or getattr(family, whom).client_id
    assert access.may_answer(ctx, subject) is may


def test_who_left_the_case_answers_no_more(make, family):
    assert access.may_answer(make.context(family.father), family.father.client_id)
    assert access.require_member(make.context(family.father), family.case_id)
    change_member(make, family.father, ends_on=family.father.tenant.today())
    ctx = make.context(family.father)
    assert not access.may_answer(ctx, family.father.client_id)
    with pytest.raises(NotFound):
        access.require_member(ctx, family.case_id)
    mother = make.context(family.mother)
    assert access.require_member(mother, family.case_id) == family.mother.client_id


def test_nobody_answers_in_a_case_that_ended(make, tenant, family):
    change_case(make, family, ended_on=tenant.today() + timedelta(days=1))
    assert access.may_answer(make.context(family.mother), family.mother.client_id)
    change_case(make, family, ended_on=tenant.today())
    assert not access.may_answer(make.context(family.mother), family.mother.client_id)


def test_a_client_takes_no_part_in_another_case(make, tenant, family):
    other = make.family(tenant)
    with pytest.raises(NotFound):
        access.require_member(make.context(family.mother), other.case_id)
    with pytest.raises(NotFound):
        access.require_member(make.context(family.worker), family.case_id)


def test_the_phone_is_passed_on_by_the_worker_or_deputy_only(make, tenant, family):
    deputy = make.staff(tenant, Role.DEPUTY)
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id)
    change_case(make, family, deputy_id=deputy.account_id)
    child = family.youth.client_id
    assert access.may_pass_phone(make.context(family.worker), child)
    assert access.may_pass_phone(make.context(deputy), child)
    assert not access.may_pass_phone(make.context(lead), child)
    assert not access.may_pass_phone(make.context(family.mother), child)
    assert not access.may_pass_phone(
        make.context(make.staff(tenant, Role.WORKER)), child
    )


# Age of the youth, whose answers, who looks, and whether they may read them: without
# the organisation's policy, and with it.
READING = [
    (8, "youth", "youth", True, True),
    (8, "youth", "mother", False, True),
    (8, "youth", "father", False, False),
    (11, "youth", "mother", False, True),
    (12, "youth", "mother", False, False),
    (12, "youth", "youth", True, True),
    (15, "youth", "mother", False, False),
    (16, "youth", "mother", False, False),
    (16, "youth", "youth", True, True),
    (18, "youth", "mother", False, False),
    (18, "youth", "youth", True, True),
    (None, "youth", "mother", False, False),
    (8, "mother", "father", False, False),
    (8, "father", "mother", False, False),
    (8, "mother", "youth", False, False),
    (14, "mother", "youth", False, False),
    (14, "mother", "mother", True, True),
]


def with_policy(make, person, policies):
    ctx = make.context(person)
    object.__setattr__(ctx.tenant, "policies", policies)
    return ctx


@pytest.mark.parametrize(("age", "subject", "viewer", "usual", "allowed"), READING)
def test_who_may_read_whose_answers(make, tenant, age, subject, viewer, usual, allowed):
    family = make.family(tenant, youth_age=age or 8)
    if age is None:
        with TenantSession(make.engine, tenant.id) as session:
            key = (tenant.id, family.youth.client_id)
            session.get(Client, key).birth_date = None
            session.commit()
    reader, author = (getattr(family, who).client_id for who in (viewer, subject))
    for policies, may in (({}, usual), (ALLOWED, allowed)):
        ctx = with_policy(make, family.worker, policies)
        assert access.may_read_answers(ctx, reader, author) is may


def test_a_parent_whose_custody_ended_reads_nothing_from_that_day_on(make, tenant):
    family = make.family(tenant, youth_age=8)
    mother, youth = family.mother.client_id, family.youth.client_id
    ends_on = tenant.today()
    with TenantSession(make.engine, tenant.id) as session:
        session.query(Custody).filter_by(parent_id=mother).one().ends_on = ends_on
        session.commit()
    ctx = with_policy(make, family.worker, ALLOWED)
    day_before = ends_on - timedelta(days=1)
    assert access.may_read_answers(ctx, mother, youth, day_before)
    assert not access.may_read_answers(ctx, mother, youth, ends_on)
    long_ago = ends_on - timedelta(days=5000)
    assert not access.may_read_answers(ctx, mother, youth, long_ago)


def test_custody_of_another_youth_opens_nothing(make, tenant):
    family, other = make.family(tenant, youth_age=8), make.family(tenant, youth_age=8)
    ctx = with_policy(make, family.worker, ALLOWED)
    assert not access.may_read_answers(
        ctx, family.mother.client_id, other.youth.client_id
    )


def test_a_youth_named_as_custodian_reads_nothing(make, tenant):
    family = make.family(tenant, youth_age=8)
    sister = make.client(tenant, family.family_id, Role.YOUTH, born=date(2009, 1, 1))
    begun = tenant.today() - YEARS
    make.add(
        tenant,
        Custody(
            parent_id=sister.client_id,
            youth_id=family.youth.client_id,
            begins_on=begun,
        ),
    )
    ctx = with_policy(make, family.worker, ALLOWED)
    assert not access.may_read_answers(ctx, sister.client_id, family.youth.client_id)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2014, 6, 2), date(2026, 6, 1), 11),
        (date(2014, 6, 2), date(2026, 6, 2), 12),
        (date(2012, 2, 29), date(2024, 2, 28), 11),
        (date(2012, 2, 29), date(2024, 2, 29), 12),
        (date(2011, 2, 28), date(2023, 2, 28), 12),
        (date(2012, 2, 29), date(2023, 2, 28), 10),
        (date(2012, 2, 29), date(2023, 3, 1), 11),
    ],
)
def test_an_age_changes_on_the_birthday(born, on, age):
    assert age_on(born, on) == age


@pytest.mark.parametrize(
    ("kind", "born", "role"),
    [
        (ClientKind.PARENT, None, Role.PARENT),
        (ClientKind.PARENT, date(2016, 1, 1), Role.PARENT),
        (ClientKind.YOUTH, date(2014, 6, 3), Role.CHILD),
        (ClientKind.YOUTH, date(2014, 6, 2), Role.YOUTH),
        (ClientKind.YOUTH, date(2006, 6, 2), Role.YOUTH),
        (ClientKind.YOUTH, None, Role.YOUTH),
    ],
)
def test_the_role_follows_the_age(kind, born, role):
    person = Client(kind=kind, birth_date=born)
    assert role_of(person, date(2026, 6, 2)) is role
