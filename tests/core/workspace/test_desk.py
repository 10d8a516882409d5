"""The desk of staff: only what is the own."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import event

from klankbord.accounts.models import Channel, Invitation, InvitationState
from klankbord.db import now
from klankbord.people.models import Appointment, CaseMember, Client, ClientKind
from klankbord.permissions import Role
from klankbord.plugin import Plugin, TaskKind
from klankbord.tasks.models import Task
from klankbord.workspace import services


@pytest.fixture
def kinds(monkeypatch):
    """Install a method with one kind of task, done on the page of a case."""
    plugin = Plugin(
        "talks",
        "Talks",
        tasks=(TaskKind("talks.prepare", "Talk with %(name)s", "people.case", "ear"),),
    )
    monkeypatch.setattr(
        "klankbord.tasks.todo.installed_plugins", lambda: {"talks": plugin}
    )


def give_task(make, person, case_id, due_on, name="Noor"):
    make.add(
        person.tenant,
        Task(
            kind="talks.prepare",
            subject_id=case_id,
            account_id=person.account_id,
            values={"name": name},
            due_on=due_on,
        ),
    )


def page_of(make, app, person, url="/werk"):
    answer = make.sign_in(app, person).get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_an_empty_desk_says_what_will_appear(make, app, tenant):
    page = page_of(make, app, make.staff(tenant, Role.WORKER))
    assert "kb-empty" in page
    assert "kb-signal" not in page


@pytest.mark.usefixtures("kinds")
def test_at_most_three_signals_the_oldest_first(make, app, tenant):
    family = make.family(tenant)
    today = tenant.today()
    for days in (-4, -3, -2, 0, 1):
        subject = make.family(tenant, worker=family.worker).case_id
        give_task(make, family.worker, subject, today + timedelta(days), f"P{days}")
    page = page_of(make, app, family.worker)
    signals = page.split('class="kb-due"')[0]
    assert signals.count('class="kb-signal ') == 3
    assert [f"Talk with P{days}" in signals for days in (-4, -3, -2, 0, 1)] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.usefixtures("kinds")
def test_tasks_stand_by_date_with_how_long_there_is(make, app, tenant):
    family = make.family(tenant)
    today = tenant.today()
    for days in (9, 2, -1, 0):
        subject = make.family(tenant, worker=family.worker).case_id
        give_task(make, family.worker, subject, today + timedelta(days), f"P{days}")
    page = page_of(make, app, family.worker, "/werk/taken")
    places = [page.index(f"Talk with P{days}") for days in (-1, 0, 2, 9)]
    assert places == sorted(places)
    assert page.count("kb-badge--late") == 2
    assert page.count("kb-badge--soon") == 1
    assert page.count("kb-badge--done") == 1


@pytest.mark.usefixtures("kinds")
def test_nobody_sees_the_tasks_or_appointments_of_another(make, app, tenant, outsider):
    family = make.family(tenant)
    give_task(make, family.worker, family.case_id, tenant.today(), "Geheim")
    make.add(
        tenant,
        Appointment(
            case_id=family.case_id,
            worker_id=family.worker.account_id,
            client_id=family.mother.client_id,
            begins_at=now() + timedelta(minutes=1),
            place="Geheime plek",
        ),
    )
    own = page_of(make, app, family.worker)
    assert "Talk with Geheim" in own
    for other in (make.staff(tenant, Role.WORKER), outsider):
        page = page_of(make, app, other)
        assert "Geheim" not in page


def test_the_week_ends_on_sunday_night(make, tenant):
    family = make.family(tenant)
    zone = tenant.time_zone
    sunday = datetime(2026, 11, 29, 23, 30, tzinfo=zone)
    for begins_at in (sunday, sunday + timedelta(hours=1)):
        make.add(
            tenant,
            Appointment(
                case_id=family.case_id,
                worker_id=family.worker.account_id,
                client_id=family.mother.client_id,
                begins_at=begins_at,
                place="Kantoor",
            ),
        )
    moments = {
        datetime(2026, 11, 23, 0, 1, tzinfo=zone): [sunday],
        datetime(2026, 11, 29, 23, 59, tzinfo=zone): [sunday],
        datetime(2026, 11, 30, 0, 0, tzinfo=zone): [sunday + timedelta(hours=1)],
    }
    for moment, expected in moments.items():
        with time_machine.travel(moment, tick=False):
            desk = services.desk(make.context(family.worker))
            assert [row.begins_at for row in desk.appointments] == expected


def test_the_desk_of_an_admin_holds_no_families(make, app, tenant):
    make.family(tenant)
    admin = make.staff(tenant, Role.TENANT_ADMIN)
    desk = services.desk(make.context(admin))
    assert (desk.families, desk.appointments, desk.invitations) == (None, (), ())
    page = page_of(make, app, admin)
    assert "/gezinnen" not in page
    assert 'id="appointments"' not in page


def test_who_was_invited_and_does_not_sign_in_yet_is_shown(make, tenant):
    family = make.family(tenant)
    newcomer = uuid4()
    make.add(
        tenant,
        Client(
            id=newcomer,
            family_id=family.family_id,
            kind=ClientKind.PARENT,
            given_name="Omar",
            family_name="Bakkali",
        ),
    )
    make.add(
        tenant,
        CaseMember(
            case_id=family.case_id, client_id=newcomer, begins_on=tenant.today()
        ),
    )
    for days, state in ((9, InvitationState.EXPIRED), (2, InvitationState.SENT)):
        make.add(
            tenant,
            Invitation(
                kind="portal",
                channel=Channel.MAIL,
                state=state,
                client_id=newcomer,
                case_id=family.case_id,
                token_hash=uuid4().bytes,
                code_hash=b"",
                made_at=now() - timedelta(days=days),
                expires_at=now() + timedelta(days=14),
            ),
        )
    (row,) = services.desk(make.context(family.worker)).invitations
    assert (row.name, row.state) == ("Omar Bakkali", InvitationState.SENT)
    stranger = make.staff(tenant, Role.WORKER)
    assert services.desk(make.context(stranger)).invitations == ()


@pytest.mark.usefixtures("kinds")
def test_the_menu_counts_the_open_tasks(make, app, tenant):
    family = make.family(tenant)
    for _ in range(2):
        subject = make.family(tenant, worker=family.worker).case_id
        give_task(make, family.worker, subject, tenant.today())
    assert services.count_tasks(make.context(family.worker)) == 2
    menu = page_of(make, app, family.worker).split("</nav>")[0]
    assert 'class="kb-count"' in menu


def test_a_client_has_no_desk(make, app, tenant):
    family = make.family(tenant)
    assert make.sign_in(app, family.mother).get("/werk").status_code == 403
    assert make.sign_in(app, family.worker).get("/werk").status_code == 200


def test_a_signed_in_worker_is_sent_to_the_desk(make, app, tenant):
    worker = make.staff(tenant, Role.WORKER)
    answer = make.sign_in(app, worker).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/werk")


def test_the_desk_takes_as_many_statements_for_60_tasks_as_for_2(make, app, tenant):
    family = make.family(tenant)
    seen = []

    def note(_connection, _cursor, sql, *_):
        seen.append(sql)

    def statements_for(tasks):
        make.add(
            tenant,
            *(
                Task(
                    kind="talks.prepare",
                    subject_id=uuid4(),
                    account_id=family.worker.account_id,
                    due_on=tenant.today(),
                )
                for _ in range(tasks)
            ),
            *(
                Appointment(
                    case_id=family.case_id,
                    worker_id=family.worker.account_id,
                    client_id=family.mother.client_id,
                    begins_at=now(),
                    place="Kantoor",
                )
                for _ in range(tasks)
            ),
        )
        engine = app.extensions["klankbord-engine"]
        browser = make.sign_in(app, family.worker)
        browser.get("/werk")
        seen.clear()
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert browser.get("/werk").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    assert statements_for(2) == statements_for(60)
