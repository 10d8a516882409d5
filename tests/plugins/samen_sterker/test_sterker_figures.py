"""Figures: only what was opened counts, and never about one colleague."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from klankbord.context import SYSTEM
from klankbord.db import TenantSession
from klankbord.people.models import CaseFile
from klankbord.permissions import Role
from klankbord.tasks.models import Task
from klankbord_samen_sterker.measures import MEASURES
from klankbord_samen_sterker.models import RelationReview
from klankbord_samen_sterker.privacy import erase_client
from klankbord_samen_sterker.schemas import Settings
from klankbord_samen_sterker.services.report import last_quarter_end, read_team_report

BY_NAME = {measure.name.partition(".")[2]: measure for measure in MEASURES}


def contribute(steps, name):
    today = steps.tenant.today()
    with steps.as_system() as ctx:
        return [
            (cell.role, cell.age_band, cell.persons, cell.total)
            for cell in BY_NAME[name].contribute(
                ctx, today - timedelta(days=1), today + timedelta(days=1)
            )
        ]


def test_an_opened_review_counts_under_role_and_the_youths_age(steps):
    steps.opened(steps.family.mother, 2, 4)
    steps.opened(steps.family.youth, 5, 4)
    assert contribute(steps, "client_listening") == [
        ("parent", "12-15", 1, 2),
        ("youth", "12-15", 1, 5),
    ]
    assert contribute(steps, "gap_listening") == [
        ("parent", "12-15", 1, 2),
        ("youth", "12-15", 1, 1),
    ]
    assert contribute(steps, "worker_listening") == [("worker", "12-15", 1, 4)]
    assert contribute(steps, "reviewed") == [("total", "total", 3, 2)]


def test_what_was_not_opened_counts_in_no_measure(steps):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, 1)
    for name in BY_NAME:
        cells = contribute(steps, name)
        assert all(total == 0 for *_, total in cells), name
        if name != "reviewed":
            assert cells == [], name


def test_a_skipped_theme_takes_the_persons_own_mean(steps, in_time):
    review_id = steps.begin()
    steps.answer(review_id, steps.family.mother, 2, listening=None)
    steps.answer(review_id, steps.family.worker, 4)
    with in_time(minutes=6):
        steps.open_what_is_due()
    assert contribute(steps, "client_listening") == [("parent", "12-15", 1, 2)]


def test_the_measures_of_two_organisations_are_their_own(make, steps):
    steps.opened()
    other = make.tenant()
    ctx = make.context_of(other, SYSTEM)
    today = other.today()
    assert list(BY_NAME["client_listening"].contribute(ctx, today, today)) == []


def test_the_last_whole_quarter_ends_before_today():
    assert last_quarter_end(date(2026, 11, 22)) == date(2026, 9, 30)
    assert last_quarter_end(date(2026, 1, 1)) == date(2025, 12, 31)


def test_the_team_report_hides_what_is_about_few_and_says_no_name(app, make, steps):
    team_id = steps.family.team_id
    lead = make.staff(steps.tenant, Role.TEAM_LEAD, name="Els Lind", team_id=team_id)
    steps.opened()
    report = read_team_report(make.context(lead), 6)
    assert report.hides
    assert report.respondents is None
    assert {figure.mean for figure in report.themes} == {None}
    browser = make.sign_in(app, lead)
    page = browser.get("/samen-sterker/team")
    assert page.status_code == 200
    assert "Karin de Wit" not in page.text
    assert "Samira" not in page.text
    table = browser.get("/samen-sterker/team.csv?months=12")
    assert table.status_code == 200
    assert "·" in table.text
    for free in ("months=7", "months=6&team=1", "from=2026-01-01"):
        assert browser.get(f"/samen-sterker/team?{free}").status_code == 422
    worker = make.sign_in(app, steps.family.worker)
    assert worker.get("/samen-sterker/team").status_code == 403


def _team_with(make, steps, per_worker):
    """Open a review in the last whole quarter with so many mothers per worker."""
    team_id = steps.family.team_id
    day = last_quarter_end(steps.tenant.today()) - timedelta(days=5)
    moment = datetime.combine(day, time(12), tzinfo=UTC)
    for count in per_worker:
        worker = make.staff(steps.tenant, Role.WORKER, team_id=team_id)
        for _ in range(count):
            steps.family = make.family(steps.tenant, worker=worker)
            review_id = steps.opened(steps.family.mother, 2, 4)
            key = steps.tenant.id, review_id
            with TenantSession(make.engine, steps.tenant.id) as session:
                review = session.get(RelationReview, key)
                review.revealed_at = review.opened_at = moment
                case = session.get(CaseFile, (steps.tenant.id, review.case_id))
                case.team_id = team_id
                session.commit()
    return make.staff(steps.tenant, Role.TEAM_LEAD, team_id=team_id)


@pytest.mark.parametrize(
    ("per_worker", "shown"),
    [((4, 3, 3), True), ((3, 3, 3), False), ((5, 5), False)],
)
def test_a_mean_needs_ten_clients_and_three_workers(make, steps, per_worker, shown):
    lead = _team_with(make, steps, per_worker)
    report = read_team_report(make.context(lead), 6)
    means = {figure.mean for figure in report.themes}
    assert means == ({2.0} if shown else {None})
    assert report.respondents == (10 if shown else None)


def test_erasing_a_client_leaves_nothing_of_the_reviews(steps):
    steps.opened()
    steps.opened(steps.family.youth)
    with steps.as_(steps.family.mother) as ctx:
        erase_client(ctx, steps.family.mother.client_id)
    assert {review.client_id for review in steps.reviews()} == {
        steps.family.youth.client_id
    }
    with steps.as_system() as ctx:
        named = [
            task.get("client") for task in ctx.session.scalars(select(Task.values))
        ]
    assert "Noor" in named
    assert "Samira" not in named


def test_settings_have_defaults_and_limits():
    assert Settings().load({}) == {
        "cycle_months": 3,
        "window_days": 14,
        "reminder_days": [7, 2],
        "forget_after_days": 14,
    }
    for wrong in (
        {"cycle_months": 0},
        {"window_days": 6},
        {"reminder_days": [14]},
        {"forget_after_days": 61},
        {"unknown": 1},
    ):
        with pytest.raises(ValidationError):
            Settings().load(wrong)
