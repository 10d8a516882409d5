"""A client reads on the own page what became of an appointment, and takes it along."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from klankbord.db import now
from klankbord.people.models import Appointment

PLACE = "Kantoor Jeugdbescherming"


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def meet(make, family):
    """Give a way to make an appointment of the mother."""

    def meet_(days=3, *, called_off=False, who="mother"):
        row = Appointment(
            id=uuid4(),
            case_id=family.case_id,
            worker_id=family.worker.account_id,
            client_id=getattr(family, who).client_id,
            begins_at=now() + timedelta(days=days),
            place=PLACE,
            cancelled_at=now() if called_off else None,
        )
        make.add(family.worker.tenant, row)
        return row

    return meet_


@pytest.mark.parametrize("path", ["/start", "/wie-werkt-met-mij"])
def test_what_is_called_off_says_so_until_its_day_is_over(
    make, app, family, meet, path
):
    browser = make.sign_in(app, family.mother)
    meet(days=-2, called_off=True)
    assert "Gaat niet door" not in browser.get(path).text

    meet(called_off=True)

    assert browser.get(path).text.count("Gaat niet door") == 1


def test_an_appointment_goes_into_the_own_calendar_without_telling_more(
    make, app, family, meet
):
    row = meet()
    browser = make.sign_in(app, family.mother)
    address = f"/wie-werkt-met-mij/{row.id}.ics"
    assert address in browser.get("/wie-werkt-met-mij").text

    file = browser.get(address)

    assert file.content_type == "text/calendar; charset=utf-8"
    assert file.text.startswith("BEGIN:VCALENDAR\r\n")
    assert f"DTSTART:{row.begins_at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n" in file.text
    assert "SUMMARY:Afspraak\r\n" in file.text
    for telling in (PLACE, "Karin", family.worker.tenant.name, "example"):
        assert telling not in file.text


def test_a_moved_appointment_moves_in_the_calendar_too(make, app, family, meet):
    row = meet()
    browser = make.sign_in(app, family.mother)
    first = browser.get(f"/wie-werkt-met-mij/{row.id}.ics").text
    worker = make.sign_in(app, family.worker)
    on = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    moved = worker.post(
        f"/gesprekken/{row.id}/verzetten",
        data={"version": "1", "on": on, "at": "10:00", "place": PLACE},
    )
    assert moved.status_code == 303

    again = browser.get(f"/wie-werkt-met-mij/{row.id}.ics").text

    assert f"UID:{row.id}\r\n" in first
    assert f"UID:{row.id}\r\n" in again
    assert "SEQUENCE:1\r\n" in first
    assert "SEQUENCE:2\r\n" in again


def test_another_parents_or_a_cancelled_appointment_is_no_file(make, app, family, meet):
    browser = make.sign_in(app, family.mother)
    for row in (meet(who="father"), meet(called_off=True), meet(days=-2)):
        assert browser.get(f"/wie-werkt-met-mij/{row.id}.ics").status_code == 404
