"""The pages about families and the desk, in a real browser, small and large."""

from datetime import timedelta

import pytest
from browser import DESKTOP, PHONE, access_faults, follow, sideways_scroll
from playwright.sync_api import Page

from klankbord.db import now
from klankbord.people import services
from klankbord.people.models import (
    Appointment,
    CaseEvent,
    CaseEventKind,
    Consent,
    Purpose,
)
from klankbord.plugin import Plugin, TaskKind
from klankbord.tasks.models import Task


@pytest.fixture
def family(make, tenant, monkeypatch):
    """Make a family with something on every card of its pages and of the desk."""
    kind = TaskKind("talks.prepare", "Talk with %(name)s", "people.case", "ear")
    plugin = Plugin("talks", "Talks", tasks=(kind,))
    monkeypatch.setattr(
        "klankbord.tasks.todo.installed_plugins", lambda: {"talks": plugin}
    )
    family = make.family(tenant)
    rows = [
        Task(
            kind="talks.prepare",
            subject_id=make.family(tenant, worker=family.worker).case_id,
            account_id=family.worker.account_id,
            values={"name": f"gezin {name}"},
            due_on=tenant.today() + timedelta(days=days),
        )
        for days, name in ((-2, "Aydin"), (0, "De Boer"), (2, "Van Leeuwen"), (9, "Ak"))
    ]
    rows += [
        Appointment(
            case_id=family.case_id,
            worker_id=family.worker.account_id,
            client_id=family.mother.client_id,
            begins_at=now() + timedelta(minutes=minutes),
            place="Bij opa en oma aan de lange keukentafel",
        )
        for minutes in (5, 10)
    ]
    rows.append(
        CaseEvent(case_id=family.case_id, kind=CaseEventKind.HEARING, on=tenant.today())
    )
    rows.append(
        Consent(client_id=family.mother.client_id, purpose=Purpose.STORY, granted=True)
    )
    make.add(tenant, *rows)
    return family


@pytest.fixture
def page(open_as, family) -> Page:
    """Open a page in which the worker is signed in."""
    return open_as(family.worker)


def pages_of(family):
    case, mother = family.case_id, family.mother.client_id
    return {
        "werk": "/werk",
        "taken": "/werk/taken",
        "gezinnen": "/gezinnen",
        "niets-gevonden": "/gezinnen?show=ended",
        "nieuw": "/gezinnen/nieuw",
        "spoed": "/gezinnen/spoed",
        "zaak": f"/gezinnen/{case}",
        "zaak-wijzigen": f"/gezinnen/{case}/wijzigen",
        "wie": f"/gezinnen/{case}/wie-werkt-er",
        "gebeurtenis": f"/gezinnen/{case}/gebeurtenis",
        "einde": f"/gezinnen/{case}/beeindigen",
        "gesprek": f"/gezinnen/{case}/gesprek",
        "persoon-erbij": f"/gezinnen/{case}/personen/nieuw",
        "weg": f"/gezinnen/{case}/personen/{mother}/weg",
        "persoon": f"/personen/{mother}",
        "persoon-wijzigen": f"/personen/{mother}/wijzigen",
        "gezag": f"/personen/{family.youth.client_id}/gezag",
    }


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_of_a_worker_can_be_read_and_operated(page, family, size):
    page.set_viewport_size(size)
    for name, url in pages_of(family).items():
        page.goto(url)
        assert access_faults(page) == [], name
        assert sideways_scroll(page) == 0, name


def test_both_texts_stand_beside_each_other(make, page, family):
    page.set_viewport_size(PHONE)
    page.goto(f"/gezinnen/{family.case_id}/wijzigen")
    page.get_by_role("textbox").first.fill("Bakkali-Smit")
    with_other = make.context(family.worker)
    facts = services.case_facts(with_other, family.case_id)
    services.change_case(
        with_other,
        family.case_id,
        1,
        family="Bakkali-De Boer",
        measure=facts.measure,
        begins_on=facts.begins_on,
    )
    with_other.finish(commit=True)
    follow(page.get_by_role("button", name="Opslaan"))
    table = page.get_by_role("table").inner_text()
    assert "Bakkali-De Boer" in table
    assert "Bakkali-Smit" in table
    assert access_faults(page) == []
    assert sideways_scroll(page) == 0
    follow(page.get_by_role("button", name="Opslaan"))
    page.wait_for_url(f"**/gezinnen/{family.case_id}")
    assert "Bakkali-Smit" in page.get_by_role("heading", level=1).inner_text()
