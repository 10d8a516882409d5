"""Who takes part, what is kept of them, custody and consent."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, AuditEntry, Category
from klankbord.context import SYSTEM
from klankbord.db import TenantSession, now
from klankbord.errors import Forbidden, Invalid, NotFound, Overtaken
from klankbord.people import services
from klankbord.people.jobs import SCHEDULES
from klankbord.people.models import (
    CaseEventKind,
    Client,
    ClientKind,
    Consent,
    MeasureKind,
    Purpose,
)
from klankbord.people.services import ClientFacts
from klankbord.permissions import Role

OMAR = ClientFacts(ClientKind.PARENT, "Omar", "Bakkali")


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def change(make, person, model, row_id, **values):
    with TenantSession(make.engine, person.tenant.id) as session:
        row = session.get(model, (person.tenant.id, row_id))
        for name, value in values.items():
            setattr(row, name, value)
        session.commit()


def roles_of(make, person):
    with TenantSession(make.engine, person.tenant.id) as session:
        query = select(Account.roles).where(Account.id == person.account_id)
        return session.scalar(query)


def test_all_that_is_written_about_a_person_comes_back(make, family):
    ctx = make.context(family.worker)
    facts = replace(
        OMAR,
        salutation="meneer Bakkali",
        language="ar",
        easy_mode=True,
        email="omar@voorbeeld.nl",
        email_alone=True,
        phone="0612345678",
        do_not_mail=True,
        safe_from=time(9),
        safe_until=time(12),
        how_to_reach="Bel in de ochtend",
    )
    client_id = services.add_client(ctx, family.case_id, facts, date(2026, 1, 1))
    ctx.finish(commit=True)
    page = services.client_page(make.context(family.worker), client_id)
    assert page.facts == facts
    assert (page.family, page.signs_in) == ("Bakkali", False)


def test_reading_and_changing_a_person_stands_in_the_log(make, family):
    ctx = make.context(family.worker)
    mother = family.mother.client_id
    services.client_page(ctx, mother)
    facts = services.client_facts(ctx, mother)
    services.change_client(ctx, mother, facts.version, facts.facts)
    rows = ctx.session.execute(
        select(AuditEntry.client_id, AuditEntry.action, AuditEntry.category)
    ).all()
    assert {row.client_id for row in rows} == {mother}
    assert [row.action for row in rows].count(Action.READ) == 2
    assert [row.action for row in rows].count(Action.UPDATE) == 1
    assert {row.category for row in rows} == {Category.PERSON}


def test_a_child_needs_a_day_of_birth_that_has_been(make, tenant, family):
    ctx = make.context(family.worker)
    child = replace(OMAR, kind=ClientKind.YOUTH)
    tomorrow = tenant.today() + timedelta(days=1)
    for born in (None, tomorrow):
        with pytest.raises(Invalid) as refusal:
            services.add_client(ctx, family.case_id, replace(child, birth_date=born))
        assert "birth_date" in refusal.value.fields
    today = replace(child, birth_date=tenant.today())
    assert services.add_client(ctx, family.case_id, today)


def test_an_address_is_alone_for_one_person_of_a_family_only(make, family):
    ctx = make.context(family.worker)
    shared = replace(OMAR, email="gezin@voorbeeld.nl", email_alone=True)
    services.add_client(ctx, family.case_id, shared)
    with pytest.raises(Invalid) as refusal:
        services.add_client(ctx, family.case_id, shared)
    assert set(refusal.value.fields) == {"email_alone"}
    assert services.add_client(ctx, family.case_id, replace(shared, email_alone=False))


def test_a_language_that_is_not_offered_is_refused(make, family):
    ctx = make.context(family.worker)
    with pytest.raises(Invalid):
        services.add_client(ctx, family.case_id, replace(OMAR, language="tlh"))


def test_another_address_has_to_be_verified_again(make, family):
    verified = {"email": "samira@voorbeeld.nl", "email_verified_at": now()}
    change(
        make,
        family.mother,
        Client,
        family.mother.client_id,
        email_alone=True,
        **verified,
    )
    change(make, family.mother, Account, family.mother.account_id, **verified)
    ctx = make.context(family.worker)
    before = services.client_facts(ctx, family.mother.client_id)
    for new, kept in (
        (replace(before.facts, phone="0612345678"), True),
        (replace(before.facts, email="nieuw@voorbeeld.nl"), False),
    ):
        now_there = services.client_facts(ctx, family.mother.client_id)
        services.change_client(ctx, family.mother.client_id, now_there.version, new)
        page = services.client_page(ctx, family.mother.client_id)
        assert page.email_verified is kept
    account = ctx.get(Account, family.mother.account_id)
    ctx.session.refresh(account)
    assert (account.email, account.email_verified_at) == (None, None)


def test_the_second_editor_overwrites_nothing(make, family):
    mother = family.mother.client_id
    first, second = make.context(family.worker), make.context(family.worker)
    facts = services.client_facts(first, mother).facts
    services.change_client(first, mother, 1, replace(facts, how_to_reach="Bel eerst"))
    first.finish(commit=True)
    with pytest.raises(Overtaken) as refusal:
        services.change_client(second, mother, 1, replace(facts, how_to_reach="App"))
    assert refusal.value.stored["how_to_reach"] == "Bel eerst"
    second.finish(commit=False)
    page = services.client_page(make.context(family.worker), mother)
    assert page.facts.how_to_reach == "Bel eerst"


def test_nobody_else_reads_or_changes_a_person(make, tenant, family, outsider):
    youth = family.youth.client_id
    expert = make.staff(tenant, Role.BEHAVIOURAL_EXPERT)
    for stranger in (make.staff(tenant, Role.WORKER), expert, outsider):
        ctx = make.context(stranger)
        with pytest.raises(NotFound):
            services.client_page(ctx, youth)
    for client in (family.mother, family.father, family.youth):
        with pytest.raises(Forbidden):
            services.client_page(make.context(client), youth)
    ctx = make.context(family.worker)
    services.change_staff(
        ctx,
        family.case_id,
        1,
        {"worker_id": family.worker.account_id, "expert_id": expert.account_id},
    )
    ctx.finish(commit=True)
    assert services.client_page(make.context(expert), youth).may_change is False
    with pytest.raises(Forbidden):
        services.client_facts(make.context(expert), youth)


def test_a_corrected_day_of_birth_corrects_as_whom_somebody_signs_in(make, tenant):
    family = make.family(tenant, youth_age=14)
    ctx = make.context(family.worker)
    facts = services.client_facts(ctx, family.youth.client_id).facts
    young = tenant.today() - timedelta(days=8 * 365)
    services.change_client(
        ctx, family.youth.client_id, 1, replace(facts, birth_date=young)
    )
    ctx.finish(commit=True)
    assert roles_of(make, family.youth) == ["child"]


def test_a_child_becomes_a_youth_on_the_twelfth_birthday(make, tenant):
    grown, small = (make.family(tenant, youth_age=age).youth for age in (8, 8))
    today = tenant.today()
    birthday = today.replace(year=today.year - 12)
    change(make, grown, Client, grown.client_id, birth_date=birthday)
    one_day_less = birthday + timedelta(days=1)
    change(make, small, Client, small.client_id, birth_date=one_day_less)
    (schedule,) = SCHEDULES
    ctx = make.context_of(tenant, SYSTEM)
    schedule.job(ctx)
    ctx.finish(commit=True)
    assert roles_of(make, grown) == ["youth"]
    assert roles_of(make, small) == ["child"]


def test_custody_is_between_a_parent_and_a_child_of_one_family(
    make, tenant, family, outsider
):
    other = make.family(tenant, worker=family.worker)
    ctx = make.context(family.worker)
    father, youth = family.father.client_id, family.youth.client_id
    wrong = [
        (other.mother.client_id, youth),
        (youth, youth),
        (father, family.mother.client_id),
    ]
    for parent_id, youth_id in wrong:
        with pytest.raises(Invalid):
            services.give_custody(
                ctx, parent_id=parent_id, youth_id=youth_id, begins_on=date(2026, 1, 1)
            )
    given = services.give_custody(
        ctx, parent_id=father, youth_id=youth, begins_on=date(2026, 1, 1)
    )
    ctx.finish(commit=True)
    assert services.custody_facts(make.context(family.worker), given).parent
    for stranger in (make.staff(tenant, Role.WORKER), outsider):
        with pytest.raises(NotFound):
            services.end_custody(make.context(stranger), given, date(2026, 6, 1))


def test_periods_of_custody_follow_each_other_and_never_cross(make, family):
    ctx = make.context(family.worker)
    pair = {"parent_id": family.father.client_id, "youth_id": family.youth.client_id}
    first = date(2025, 1, 1), date(2025, 7, 1)
    services.give_custody(ctx, begins_on=first[0], ends_on=first[1], **pair)
    for begins_on, ends_on in (
        (date(2025, 6, 30), None),
        (date(2024, 1, 1), date(2025, 1, 2)),
        (date(2025, 2, 1), date(2025, 3, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
    ):
        with pytest.raises(Invalid):
            services.give_custody(ctx, begins_on=begins_on, ends_on=ends_on, **pair)
    services.give_custody(ctx, begins_on=date(2024, 1, 1), ends_on=first[0], **pair)
    services.give_custody(ctx, begins_on=first[1], **pair)
    page = services.client_page(ctx, family.father.client_id)
    assert [row.begins_on.year for row in page.custody] == [2024, 2025, 2025]


def consent(make, person, client_id, granted, purpose=Purpose.STORY):
    ctx = make.context(person)
    services.give_consent(ctx, client_id, purpose, granted)
    ctx.finish(commit=True)


def holds(make, person, purpose=Purpose.STORY):
    ctx = make.context_of(person.tenant, SYSTEM)
    return services.consent_holds(ctx, person.client_id, purpose)


def test_the_last_word_counts_and_every_word_is_kept(make, family):
    mother = family.mother
    assert not holds(make, mother)
    for granted in (True, False, True):
        consent(make, mother, mother.client_id, granted)
        assert holds(make, mother) is granted
    page = services.client_page(make.context(family.worker), mother.client_id)
    assert [row.granted for row in page.history] == [True, False, True]
    assert [row.purpose for row in page.consents] == [Purpose.STORY]
    assert {row.by for row in page.history} == {"Samira"}


# Age, who says yes, and whether that is enough for a story and for mail.
CONSENTS = [
    (8, ("youth",), False, True),
    (8, ("mother",), True, False),
    (14, ("youth",), False, True),
    (14, ("mother",), False, False),
    (14, ("youth", "mother"), True, True),
    (16, ("youth",), True, True),
    (16, (), False, False),
]


@pytest.mark.parametrize(("age", "who", "story", "mail"), CONSENTS)
def test_whose_yes_it_takes_follows_the_age(make, tenant, age, who, story, mail):
    family = make.family(tenant, youth_age=age)
    for purpose, enough in ((Purpose.STORY, story), (Purpose.MAIL, mail)):
        for name in who:
            person = getattr(family, name)
            consent(make, person, family.youth.client_id, True, purpose)
        assert holds(make, family.youth, purpose) is enough


def test_one_parent_with_custody_who_says_no_is_enough_for_no(make, tenant):
    family = make.family(tenant, youth_age=14)
    ctx = make.context(family.worker)
    services.give_custody(
        ctx,
        parent_id=family.father.client_id,
        youth_id=family.youth.client_id,
        begins_on=date(2026, 1, 1),
    )
    ctx.finish(commit=True)
    for person, word in ((family.youth, True), (family.mother, True)):
        consent(make, person, family.youth.client_id, word)
    assert holds(make, family.youth)
    consent(make, family.father, family.youth.client_id, False)
    assert not holds(make, family.youth)


def test_nobody_says_yes_for_somebody_who_decides_alone(make, tenant, outsider):
    family = make.family(tenant, youth_age=16)
    for person in (family.mother, family.father):
        with pytest.raises(NotFound):
            consent(make, person, family.youth.client_id, True)
    for person in (family.worker, outsider):
        with pytest.raises((Forbidden, NotFound)):
            consent(make, person, family.mother.client_id, True)
    young = make.family(tenant, youth_age=8)
    with pytest.raises(NotFound):
        consent(make, young.father, young.youth.client_id, True)
    consent(make, young.mother, young.youth.client_id, True)
    with TenantSession(make.engine, tenant.id) as session:
        assert len(session.scalars(select(Consent)).all()) == 1


def test_a_year_can_be_written_down_afterwards(make, tenant):
    """The services take the days as they were, so that a demo can begin with a past."""
    worker = make.staff(tenant, Role.WORKER)
    ctx = make.context(worker)
    begun = tenant.today() - timedelta(days=365)
    case_id = services.open_case(
        ctx,
        family="Van Leeuwen",
        measure=MeasureKind.GUARDIANSHIP,
        begins_on=begun,
        worker_id=worker.account_id,
    )
    client_id = services.add_client(ctx, case_id, OMAR, begun)
    services.make_appointment(
        ctx,
        case_id=case_id,
        client_id=client_id,
        begins_at=now() - timedelta(days=300),
        place="Thuis",
    )
    services.record_event(
        ctx, case_id, CaseEventKind.HEARING, begun + timedelta(days=90)
    )
    ctx.finish(commit=True)
    page = services.case_page(make.context(worker), case_id)
    assert [row.on for row in page.events] == [begun + timedelta(days=90)]
    assert [row.begins_on for row in page.members] == [begun]
