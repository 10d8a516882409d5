"""How many new families have a sheet within six weeks: counted exactly."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import update

from klankbord.context import SYSTEM
from klankbord.db import TenantSession
from klankbord.people.models import CaseFile
from klankbord_startvragen.measures import MEASURES
from klankbord_startvragen.models import Part

[MEASURE] = MEASURES


@pytest.fixture
def cases(make, tenant):
    return Cases(make, tenant)


class Cases:
    """Cases that began so many days ago, and when their members filled in."""

    def __init__(self, make, tenant):
        self.make = make
        self.tenant = tenant

    def begun(self, days_ago, *filled_on_day, lasted=None, at=time(12)):
        """Make a case; each number is a day after its start on which one filled in."""
        family = self.make.family(self.tenant)
        begins_on = self.tenant.today() - timedelta(days=days_ago)
        ended_on = begins_on + timedelta(days=lasted) if lasted is not None else None
        with TenantSession(self.make.engine, self.tenant.id) as session:
            session.execute(
                update(CaseFile)
                .where(CaseFile.id == family.case_id)
                .values(begins_on=begins_on, ended_on=ended_on)
            )
            session.commit()
        members = (family.mother, family.father, family.youth)
        for member, day in zip(members, filled_on_day, strict=False):
            filled = datetime.combine(
                begins_on + timedelta(days=day), at, self.tenant.time_zone
            )
            part = Part(
                case_id=family.case_id, client_id=member.client_id, filled_at=filled
            )
            self.make.add(self.tenant, part)

    def counted(self):
        """Return (new cases, with a sheet in time) of yesterday and today."""
        today = self.tenant.today()
        ctx = self.make.context_of(self.tenant, SYSTEM)
        found = MEASURE.contribute(
            ctx, today - timedelta(days=1), today + timedelta(days=1)
        )
        return [(cell.role, cell.age_band, cell.persons, cell.total) for cell in found]


def test_without_new_cases_there_is_no_figure(cases):
    assert cases.counted() == []
    cases.begun(200, 3)
    assert cases.counted() == []


def test_a_family_counts_once_however_many_filled_in(cases):
    cases.begun(42, 3, 10, 40)
    cases.begun(42)
    assert cases.counted() == [("total", "total", 2, 1)]


@pytest.mark.parametrize(
    ("day", "at", "in_time"),
    [
        (0, time.min, 1),
        (42, time(23, 59, 59), 1),
        (43, time.min, 0),
        (43, time(12), 0),
    ],
)
def test_six_weeks_end_with_their_last_day(cases, day, at, in_time):
    cases.begun(43, day, at=at)
    assert cases.counted() == [("total", "total", 1, in_time)]


def test_who_was_in_time_counts_though_another_came_later(cases):
    cases.begun(43, 43, 20)
    assert cases.counted() == [("total", "total", 1, 1)]


@pytest.mark.parametrize(("days_ago", "counts"), [(41, 0), (42, 1), (43, 1), (44, 0)])
def test_a_case_counts_in_the_period_in_which_its_six_weeks_ended(
    cases, days_ago, counts
):
    cases.begun(days_ago, 3)
    assert sum(persons for *_, persons, _ in cases.counted()) == counts


@pytest.mark.parametrize(("lasted", "counts"), [(5, 0), (41, 0), (42, 1), (None, 1)])
def test_a_case_that_ended_within_its_six_weeks_does_not_count(cases, lasted, counts):
    cases.begun(43, 3, lasted=lasted)
    assert sum(persons for *_, persons, _ in cases.counted()) == counts


def test_another_organisation_counts_for_itself(make, cases):
    Cases(make, make.tenant()).begun(42, 3)
    assert cases.counted() == []
