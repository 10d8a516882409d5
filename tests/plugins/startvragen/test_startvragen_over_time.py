"""What time and events do: a birthday, a year, six weeks, another worker."""

from datetime import timedelta

import pytest
from review_steps import later
from sheet_steps import WORDS, Sheets
from sqlalchemy import select, update

from klankbord.db import TenantSession
from klankbord.people.models import CaseFile, CaseMember, Client
from klankbord.permissions import Role
from klankbord.tasks.models import Task, TaskState

BEGIN = "startvragen.begin"
STILL_FITS = "startvragen.still_fits"
NEW_WORKER = "startvragen.new_worker"
YOURS_NOW = "startvragen.yours_now"
LOOK_AGAIN = "startvragen.look_again"
READ = "startvragen.read"


def write(sheets, *statements):
    with TenantSession(sheets.make.engine, sheets.tenant.id) as session:
        for statement in statements:
            session.execute(statement)
        session.commit()


def due_on(sheets, kind):
    """Return the day by which the one open task of a kind is to be done."""
    with sheets.as_system() as ctx:
        open_ones = select(Task.due_on).where(
            Task.kind == kind, Task.state == TaskState.OPEN
        )
        [day] = ctx.session.scalars(open_ones)
        return day


# -- twelve ----------------------------------------------------------------------------


@pytest.fixture
def nearly_twelve(make):
    """Return a family whose child turns twelve tomorrow and has filled in a part."""
    tenant = make.tenant(policies={"parents_read_children_under_12": True})
    sheets = Sheets(make, make.family(tenant, youth_age=11))
    birthday = tenant.today() + timedelta(days=1)
    born = birthday.replace(year=birthday.year - 12)
    child = sheets.family.youth
    of_child = update(Client).where(Client.id == child.client_id)
    write(sheets, of_child.values(birth_date=born))
    sheets.filled(child, share=True)
    return sheets


def test_the_day_before_a_child_may_stop_sharing_and_change_nothing(
    app, make, nearly_twelve
):
    sheets, child = nearly_twelve, nearly_twelve.family.youth
    part_id, line = sheets.part(child).id, sheets.lines(child)["explaining"]
    own, browser = f"/zo-werkt-het/{part_id}", make.sign_in(app, child)
    assert WORDS in browser.get(own).text
    page = f"/zo-werkt-het/regel/{line.id}"
    typed = {"choice": "talk", "words": "Anders.", "version": line.version}
    assert browser.get(page).status_code == 404
    assert browser.post(page, data=typed).status_code == 404
    for closed in ("wie", "wie-per-onderwerp", "klopt-nog"):
        assert browser.post(f"{own}/{closed}").status_code == 404
    assert browser.get(f"{own}/wie").status_code == 404
    assert sheets.lines(child)["explaining"].words == WORDS
    assert sheets.lines(child)["explaining"].worker_id

    assert browser.post(f"{own}/niemand").status_code == 303

    assert {line.worker_id for line in sheets.lines(child).values()} == {None}


def test_on_the_birthday_the_part_is_theirs_and_a_parent_sees_it_no_more(
    app, make, nearly_twelve
):
    sheets, child = nearly_twelve, nearly_twelve.family.youth
    own = f"/zo-werkt-het/{sheets.part(child).id}"
    assert WORDS in make.sign_in(app, sheets.family.mother).get(own).text
    sheets.look_after()
    assert YOURS_NOW not in sheets.tasks(child)

    with later(days=1):
        assert make.sign_in(app, sheets.family.mother).get(own).status_code == 404
        browser = make.sign_in(app, child)
        line = sheets.lines(child)["explaining"]
        page = f"/zo-werkt-het/regel/{line.id}"
        assert browser.get(page).status_code == 200
        for _ in range(2):
            sheets.look_after()
        assert YOURS_NOW in sheets.tasks(child)
        typed = {"choice": "pictures", "words": "Anders.", "version": line.version}
        assert browser.post(page, data=typed).status_code == 303
        assert YOURS_NOW not in sheets.tasks(child)
    with later(days=2):
        sheets.look_after()
        assert YOURS_NOW not in sheets.tasks(child)
    assert len(sheets.messages(YOURS_NOW)) == 1


# -- a year ----------------------------------------------------------------------------


def test_after_exactly_a_year_it_is_asked_once_whether_it_still_fits(sheets):
    mother = sheets.family.mother
    sheets.filled(mother)
    with later(days=364):
        sheets.look_after()
        assert STILL_FITS not in sheets.tasks(mother)
    with later(days=365):
        sheets.look_after()
        assert STILL_FITS in sheets.tasks(mother)
        by = due_on(sheets, STILL_FITS)
    with later(days=366):
        sheets.look_after()
        assert due_on(sheets, STILL_FITS) == by
    with later(days=370):
        sheets.say_it_fits(mother)
        sheets.look_after()
        assert STILL_FITS not in sheets.tasks(mother)
    assert len(sheets.messages(STILL_FITS)) == 1
    with later(days=370 + 365):
        sheets.look_after()
        assert STILL_FITS in sheets.tasks(mother)
    assert len(sheets.messages(STILL_FITS)) == 2


def test_with_a_young_child_the_worker_looks_after_a_year(make, tenant):
    sheets = Sheets(make, make.family(tenant, youth_age=7))
    child, worker = sheets.family.youth, sheets.family.worker
    sheets.filled(child)
    with later(days=364):
        sheets.look_after()
        assert LOOK_AGAIN not in sheets.tasks(worker)
    with later(days=365):
        sheets.look_after()
        by = due_on(sheets, LOOK_AGAIN)
    with later(days=366):
        sheets.look_after()
        assert due_on(sheets, LOOK_AGAIN) == by
        assert LOOK_AGAIN in sheets.tasks(worker)
        assert STILL_FITS not in sheets.tasks(child)
        sheets.filled(child)
        assert LOOK_AGAIN not in sheets.tasks(worker)
    assert sheets.messages(STILL_FITS) == []


def test_when_the_case_is_over_nobody_asks_whether_it_fits(sheets):
    mother = sheets.family.mother
    sheets.filled(mother)
    sheets.end_case()
    with later(days=365):
        sheets.look_after()
    assert sheets.tasks(mother) == set()
    assert sheets.messages(STILL_FITS) == []


# -- six weeks -------------------------------------------------------------------------


@pytest.fixture
def new_case(sheets):
    """Let the case begin today."""
    today = {"begins_on": sheets.tenant.today()}
    case_id = sheets.family.case_id
    write(
        sheets,
        update(CaseFile).where(CaseFile.id == case_id).values(today),
        update(CaseMember).where(CaseMember.case_id == case_id).values(today),
    )
    return sheets


def test_the_worker_of_a_new_case_has_six_weeks_until_somebody_filled_in(new_case):
    worker, mother = new_case.family.worker, new_case.family.mother
    new_case.look_after()
    assert BEGIN in new_case.tasks(worker)
    assert due_on(new_case, BEGIN) == new_case.tenant.today() + timedelta(days=42)
    new_case.send(new_case.ask(mother), mother)
    assert BEGIN in new_case.tasks(worker)

    new_case.draw_up()

    assert BEGIN not in new_case.tasks(worker)
    assert BEGIN in new_case.tasks(worker, TaskState.DONE)
    with later(days=1):
        new_case.look_after()
        assert BEGIN not in new_case.tasks(worker)


@pytest.mark.parametrize(("day", "asked"), [(41, True), (42, False)])
def test_after_six_weeks_it_is_not_asked_for_the_first_time(new_case, day, asked):
    with later(days=day):
        new_case.look_after()
        assert (BEGIN in new_case.tasks(new_case.family.worker)) is asked


def test_a_case_that_ends_needs_no_sheet_any_more(new_case):
    new_case.look_after()
    new_case.end_case()
    new_case.look_after()
    assert BEGIN not in new_case.tasks(new_case.family.worker)
    assert BEGIN in new_case.tasks(new_case.family.worker, TaskState.CANCELLED)


# -- another worker --------------------------------------------------------------------


@pytest.fixture
def new_worker(make, sheets):
    return make.staff(sheets.tenant, Role.WORKER, name="Bram Visser")


def test_whoever_filled_in_is_asked_once_whether_the_new_worker_may_read(
    app, make, sheets, new_worker
):
    family = sheets.family
    sheets.filled(family.mother, share=True)
    assert READ in sheets.tasks(family.worker)

    sheets.hand_over(new_worker)
    sheets.look_after()

    assert NEW_WORKER in sheets.tasks(family.mother)
    assert NEW_WORKER not in sheets.tasks(family.father)
    assert len(sheets.messages(NEW_WORKER)) == 1
    assert READ not in sheets.tasks(family.worker) | sheets.tasks(new_worker)
    page = f"/gezinnen/{family.case_id}"
    assert WORDS not in make.sign_in(app, new_worker).get(page).text

    sheets.share(family.mother, "worker")

    assert NEW_WORKER not in sheets.tasks(family.mother)
    assert READ in sheets.tasks(new_worker)
    assert WORDS in make.sign_in(app, new_worker).get(page).text
    assert READ not in sheets.tasks(new_worker)


def test_at_each_change_it_is_asked_anew(make, sheets, new_worker):
    mother = sheets.family.mother
    sheets.filled(mother, share=True)
    sheets.hand_over(new_worker)
    sheets.stop(mother)
    assert NEW_WORKER not in sheets.tasks(mother)
    sheets.hand_over(make.staff(sheets.tenant, Role.WORKER))
    assert NEW_WORKER in sheets.tasks(mother)
    assert len(sheets.messages(NEW_WORKER)) == 2


def test_who_said_that_any_new_worker_may_read_is_not_asked(
    app, make, sheets, new_worker
):
    sheets.filled(sheets.family.mother)
    sheets.share(sheets.family.mother, "new_worker")
    sheets.hand_over(new_worker)
    assert NEW_WORKER not in sheets.tasks(sheets.family.mother)
    page = f"/gezinnen/{sheets.family.case_id}"
    assert WORDS in make.sign_in(app, new_worker).get(page).text


def test_a_young_child_is_not_asked_but_looked_at_with_by_the_new_worker(make, tenant):
    sheets = Sheets(make, make.family(tenant, youth_age=9))
    child, former = sheets.family.youth, sheets.family.worker
    new = make.staff(tenant, Role.WORKER)
    sheets.filled(child, share=True)
    assert READ in sheets.tasks(former)

    sheets.hand_over(new)

    assert LOOK_AGAIN in sheets.tasks(new)
    assert sheets.tasks(former) & {READ, LOOK_AGAIN} == set()
    assert NEW_WORKER not in sheets.tasks(child)
    assert sheets.messages(NEW_WORKER) == []


# -- what is left to read --------------------------------------------------------------


def test_a_worker_is_told_to_read_only_while_somebody_shares(sheets):
    mother, father = sheets.family.mother, sheets.family.father
    worker = sheets.family.worker
    for parent in (mother, father):
        sheets.filled(parent, share=True)
    sheets.stop(mother)
    assert READ in sheets.tasks(worker)
    sheets.stop(father)
    assert READ not in sheets.tasks(worker)
    sheets.share(father, "new_worker")
    assert READ in sheets.tasks(worker)
