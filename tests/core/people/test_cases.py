"""Open a case, change who works in it, record what happens, end it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from klankbord.audit.models import Action, AuditEntry, Ground
from klankbord.context import SYSTEM
from klankbord.db import TenantSession
from klankbord.errors import Conflict, Forbidden, Invalid, NotFound, Overtaken
from klankbord.people import services
from klankbord.people.access import Relation
from klankbord.people.models import (
    Appointment,
    CaseEvent,
    CaseEventKind,
    CaseFile,
    Family,
    MeasureKind,
)
from klankbord.people.services import cases
from klankbord.permissions import Role
from klankbord.plugin import CaseEventHappened, Plugin


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def told(monkeypatch):
    """Install a method that writes down what it is told."""
    heard: list[CaseEventHappened] = []
    plugin = Plugin(
        "listening", "Listening", case_event=lambda _ctx, event: heard.append(event)
    )
    deaf = Plugin("deaf", "Deaf", case_event=lambda _ctx, event: heard.append(event))
    monkeypatch.setattr(
        "klankbord.people.services.events.installed_plugins",
        lambda: {"listening": plugin, "deaf": deaf},
    )
    return heard


def listening(ctx):
    """Switch the method that writes down on, and leave the other one off."""
    object.__setattr__(ctx.tenant, "plugins", {"listening": {}})
    return ctx


def stored(make, family, model=CaseFile):
    with TenantSession(make.engine, family.worker.tenant.id) as session:
        return session.scalars(select(model).order_by(model.id)).all()


def open_case(ctx, worker, **values):
    return services.open_case(
        ctx,
        **{
            "family": "El Amrani",
            "measure": MeasureKind.SUPERVISION_ORDER,
            "begins_on": date(2026, 1, 5),
            "worker_id": worker.account_id,
            **values,
        },
    )


def test_a_worker_starts_with_a_new_family(make, tenant):
    worker = make.staff(tenant, Role.WORKER)
    ctx = make.context(worker)
    case_id = open_case(ctx, worker)
    page = services.case_page(ctx, case_id)
    assert (page.family, page.begins_on) == ("El Amrani", date(2026, 1, 5))
    assert [row.name for row in page.working] == ["Karin de Wit"]


def test_a_worker_starts_no_family_that_is_not_the_own(make, tenant):
    worker, colleague = (make.staff(tenant, Role.WORKER) for _ in range(2))
    with pytest.raises(Invalid) as refusal:
        open_case(make.context(worker), colleague)
    assert "worker_id" in refusal.value.fields
    assert open_case(make.context(worker), colleague, deputy_id=worker.account_id)


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.BEHAVIOURAL_EXPERT])
def test_only_a_worker_becomes_the_worker(make, family, role):
    other = make.staff(family.worker.tenant, role)
    with pytest.raises(Invalid) as refusal:
        open_case(make.context(family.worker), other)
    assert "worker_id" in refusal.value.fields


def test_the_deputy_is_somebody_else(make, family):
    with pytest.raises(Invalid) as refusal:
        open_case(
            make.context(family.worker),
            family.worker,
            deputy_id=family.worker.account_id,
        )
    assert "deputy_id" in refusal.value.fields


def test_nobody_of_another_organisation_gets_a_place(make, family, outsider):
    with pytest.raises(Invalid):
        open_case(
            make.context(family.worker), family.worker, deputy_id=outsider.account_id
        )


def test_the_page_of_a_case_stands_in_the_log_of_everybody_in_it(make, family):
    ctx = make.context(family.worker)
    services.case_page(ctx, family.case_id)
    rows = ctx.session.execute(
        select(AuditEntry.client_id, AuditEntry.action, AuditEntry.ground)
    ).all()
    members = {family.mother.client_id, family.father.client_id, family.youth.client_id}
    assert {row.client_id for row in rows} == members
    assert {(row.action, row.ground) for row in rows} == {
        (Action.READ, Ground.RELATION)
    }


def test_a_team_lead_gets_names_and_facts_only(make, tenant, family):
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id)
    services.make_appointment(
        ctx := make.context(family.worker),
        case_id=family.case_id,
        client_id=family.mother.client_id,
        begins_at=datetime.now(UTC) + timedelta(days=2),
        place="Bij oma thuis",
    )
    ctx.finish(commit=True)
    page = services.case_page(make.context(lead), family.case_id)
    assert page.relation is Relation.TEAM_LEAD
    assert len(page.members) == 3
    assert (page.appointments, page.emergencies) == ((), ())
    assert not page.may_see_people
    with pytest.raises(NotFound):
        services.client_page(make.context(lead), family.youth.client_id)
    own = services.case_page(make.context(family.worker), family.case_id)
    assert [row.place for row in own.appointments] == ["Bij oma thuis"]


def test_nobody_without_a_relation_opens_or_changes_a_case(make, tenant, outsider):
    family = make.family(tenant)
    for stranger in (make.staff(tenant, Role.WORKER), outsider):
        attempts = [
            lambda ctx: services.case_page(ctx, family.case_id),
            lambda ctx: services.case_facts(ctx, family.case_id),
            lambda ctx: services.end_case(ctx, family.case_id, 1, tenant.today()),
            lambda ctx: services.record_event(
                ctx, family.case_id, CaseEventKind.HEARING, tenant.today()
            ),
            lambda ctx: services.change_staff(ctx, family.case_id, 1, {}),
            lambda ctx: services.client_choices(ctx, family.case_id),
        ]
        ctx = make.context(stranger)
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt(ctx)


def test_another_name_is_a_new_version_too(make, family):
    ctx = make.context(family.worker)
    values = {
        "measure": MeasureKind.SUPERVISION_ORDER,
        "begins_on": date(2026, 2, 1),
    }
    services.change_case(ctx, family.case_id, 1, family="Bakkali-Smit", **values)
    services.change_case(ctx, family.case_id, 2, family="Smit-Bakkali", **values)
    ctx.finish(commit=True)
    assert [row.name for row in stored(make, family, Family)] == ["Smit-Bakkali"]


def test_the_second_of_two_editors_is_shown_what_the_first_one_saved(make, family):
    first, second = (make.context(family.worker) for _ in range(2))
    values = {"measure": MeasureKind.GUARDIANSHIP, "begins_on": date(2026, 2, 1)}
    services.change_case(first, family.case_id, 1, family="Eerste", **values)
    first.finish(commit=True)
    with pytest.raises(Overtaken) as refusal:
        services.change_case(second, family.case_id, 1, family="Tweede", **values)
    second.finish(commit=False)
    assert refusal.value.stored == {**values, "family": "Eerste"}
    third = make.context(family.worker)
    version = refusal.value.version
    services.change_case(third, family.case_id, version, family="Tweede", **values)
    third.finish(commit=True)
    assert [row.name for row in stored(make, family, Family)] == ["Tweede"]


def test_another_worker_takes_over_the_case_and_what_was_planned(
    make, tenant, family, told
):
    colleague = make.staff(tenant, Role.WORKER, name="Ruud Smit")
    ctx = make.context(family.worker)
    for days in (-3, 3):
        services.make_appointment(
            ctx,
            case_id=family.case_id,
            client_id=family.mother.client_id,
            begins_at=datetime.now(UTC) + timedelta(days=days),
            place="Kantoor",
        )
    ctx.finish(commit=True)
    ctx = listening(make.context(family.worker))
    staff = {"worker_id": colleague.account_id, "team_id": family.team_id}
    services.change_staff(ctx, family.case_id, 1, staff)
    ctx.finish(commit=True)
    with pytest.raises(NotFound):
        services.case_page(make.context(family.worker), family.case_id)
    assert services.case_page(make.context(colleague), family.case_id)
    meetings = sorted(stored(make, family, Appointment), key=lambda row: row.begins_at)
    assert [row.worker_id for row in meetings] == [
        family.worker.account_id,
        colleague.account_id,
    ]
    (event,) = stored(make, family, CaseEvent)
    assert event.kind is CaseEventKind.CHANGE_OF_WORKER
    assert event.details == {
        "from": str(family.worker.account_id),
        "to": str(colleague.account_id),
    }
    assert told == [CaseEventHappened(family.case_id, event.id, "change_of_worker")]


def test_another_deputy_is_no_event(make, tenant, family, told):
    deputy = make.staff(tenant, Role.DEPUTY)
    ctx = listening(make.context(family.worker))
    staff = {"worker_id": family.worker.account_id, "deputy_id": deputy.account_id}
    services.change_staff(ctx, family.case_id, 1, staff)
    assert told == []
    assert services.case_page(make.context(family.worker), family.case_id)


def test_a_team_lead_says_who_works_with_a_family_of_the_team(make, tenant, family):
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=family.team_id)
    other = make.staff(tenant, Role.WORKER)
    ctx = make.context(lead)
    staff = {"worker_id": other.account_id, "team_id": family.team_id}
    services.change_staff(ctx, family.case_id, 1, staff)
    ctx.finish(commit=True)
    assert services.case_page(make.context(other), family.case_id)
    with pytest.raises(Forbidden):
        services.end_case(make.context(lead), family.case_id, 2, tenant.today())


def test_every_method_that_is_on_is_told_of_an_event(make, tenant, family, told):
    ctx = listening(make.context(family.worker))
    for kind in cases.CaseEventKind:
        if kind in (CaseEventKind.CHANGE_OF_WORKER, CaseEventKind.END):
            with pytest.raises(Invalid):
                services.record_event(ctx, family.case_id, kind, tenant.today())
        else:
            services.record_event(ctx, family.case_id, kind, tenant.today())
    assert [event.kind for event in told] == [
        "hearing",
        "out_of_home_placement",
        "end_talk",
    ]
    assert {event.case_id for event in told} == {family.case_id}


def test_a_case_ends_once_and_what_was_planned_is_cancelled(make, tenant, family, told):
    ctx = listening(make.context(family.worker))
    for days in (-3, 3):
        services.make_appointment(
            ctx,
            case_id=family.case_id,
            client_id=family.mother.client_id,
            begins_at=datetime.now(UTC) + timedelta(days=days),
            place="Kantoor",
        )
    with pytest.raises(Invalid):
        services.end_case(ctx, family.case_id, 1, date(2001, 1, 1))
    services.end_case(ctx, family.case_id, 1, tenant.today())
    ctx.finish(commit=True)
    meetings = sorted(stored(make, family, Appointment), key=lambda row: row.begins_at)
    assert [row.cancelled_at is None for row in meetings] == [True, False]
    assert [event.kind for event in told] == ["end"]
    with pytest.raises(Conflict):
        services.end_case(
            make.context(family.worker), family.case_id, 2, tenant.today()
        )


def test_an_appointment_is_made_moved_and_cancelled(make, family):
    ctx = make.context(family.worker)
    begins_at = datetime.now(UTC) + timedelta(days=1)
    appointment_id = services.make_appointment(
        ctx,
        case_id=family.case_id,
        client_id=family.mother.client_id,
        begins_at=begins_at,
        place="Kantoor",
    )
    later = begins_at + timedelta(days=1)
    services.move_appointment(ctx, appointment_id, 1, begins_at=later, place="Thuis")
    (row,) = services.own_appointments(ctx, later, later + timedelta(minutes=1))
    assert (row.place, row.client, row.family) == ("Thuis", "Samira Bakkali", "Bakkali")
    with pytest.raises(Overtaken):
        services.cancel_appointment(ctx, appointment_id, 1)
    services.cancel_appointment(ctx, appointment_id, 2)
    assert services.own_appointments(ctx, begins_at, later + timedelta(days=1)) == ()
    with pytest.raises(Conflict):
        services.cancel_appointment(ctx, appointment_id, 3)
    grounds = ctx.session.scalars(select(AuditEntry.category)).all()
    assert set(grounds) == {"appointments"}


def test_an_appointment_is_with_somebody_of_the_case(make, tenant, family, outsider):
    other = make.family(tenant)
    values = {
        "case_id": family.case_id,
        "begins_at": datetime.now(UTC),
        "place": "Kantoor",
    }
    with pytest.raises(Invalid):
        services.make_appointment(
            make.context(family.worker), client_id=other.mother.client_id, **values
        )
    with pytest.raises(Invalid):
        services.make_appointment(
            make.context(family.worker),
            client_id=family.mother.client_id,
            worker_id=other.worker.account_id,
            **values,
        )
    ctx = make.context(family.worker)
    appointment_id = services.make_appointment(
        ctx, client_id=family.mother.client_id, **values
    )
    ctx.finish(commit=True)
    assert services.appointment_facts(make.context(family.worker), appointment_id)
    for stranger in (other.worker, outsider):
        for attempt in (
            lambda ctx: services.appointment_facts(ctx, appointment_id),
            lambda ctx: services.cancel_appointment(ctx, appointment_id, 1),
        ):
            with pytest.raises(NotFound):
                attempt(make.context(stranger))


def test_the_system_itself_opens_no_case(make, tenant, family):
    with pytest.raises(Forbidden):
        services.case_page(make.context_of(tenant, SYSTEM), family.case_id)
