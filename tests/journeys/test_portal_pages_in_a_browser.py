"""The portal in a real browser: small and large, in each language, without scripts."""

from datetime import timedelta
from uuid import uuid4

import pytest
from browser import (
    DESKTOP,
    PHONE,
    SMALLEST,
    access_faults,
    double_type,
    follow,
    send,
    sideways_scroll,
    widen_spacing,
)
from playwright.sync_api import expect

from klankbord.actions import services as actions
from klankbord.actions.models import ActionState
from klankbord.audit.models import Action, AuditEntry, Ground
from klankbord.db import now
from klankbord.people.models import Appointment, Client
from klankbord.tasks.models import Task
from klankbord.testing.tenants import FamilyMade

PAGES = [
    "/start",
    "/afspraken",
    "/wie-werkt-met-mij",
    "/toestemming",
    "/wie-keek?own=yes",
    "/wie-keek?since=gisteren",
    "/mijn-gegevens",
    "/wie-ziet-wat",
    "/taal",
]


@pytest.fixture
def family(make, tenant) -> FamilyMade:
    """Make a family whose mother has something on each card of each page."""
    family = make.family(tenant)
    ctx = make.context(family.worker)
    ctx.get(Client, family.mother.client_id).salutation = "mevrouw Bakkali-Achternaam"
    ctx.session.commit()
    ctx = make.context(family.worker)
    for number in range(3):
        action_id = actions.promise(
            ctx,
            client_id=family.mother.client_id,
            case_id=family.case_id,
            source="test",
            source_id=uuid4(),
            text=f"Ik bel een dag van tevoren, als iets niet doorgaat. ({number})",
            said="Ik wil het eerder weten als een afspraak niet doorgaat.",
            said_on=tenant.today() - timedelta(days=30),
            by_when=tenant.today() + timedelta(days=number),
        )
    actions.close(
        ctx, action_id, ActionState.NOT_KEPT, "Dat lukte nog niet.", version=1
    )
    ctx.finish(commit=True)
    make.add(
        tenant,
        Task(
            kind="samen_sterker.answer",
            subject_id=uuid4(),
            account_id=family.mother.account_id,
            values={"worker": "Karin"},
            due_on=tenant.today() + timedelta(days=4),
        ),
        Appointment(
            case_id=family.case_id,
            worker_id=family.worker.account_id,
            client_id=family.mother.client_id,
            begins_at=now() + timedelta(days=4),
            place="Bij opa en oma aan de lange keukentafel",
        ),
        *(
            AuditEntry(
                account_id=family.worker.account_id,
                role="worker",
                client_id=family.mother.client_id,
                category="answers",
                action=Action.READ,
                ground=ground,
            )
            for ground in Ground
        ),
    )
    return family


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_every_page_can_be_read_and_operated(open_as, family, language):
    page = open_as(family.mother)
    page.goto("/taal")
    send(page, f'button[value="{language}"]')
    expect(page.locator("html")).to_have_attribute("lang", language)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        for path in PAGES:
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language
            assert access_faults(page) == [], path
            assert sideways_scroll(page) == 0, path


def test_no_page_scrolls_sideways_on_the_smallest_phone_or_in_large_type(
    open_as, family
):
    page = open_as(family.mother)
    for path in PAGES:
        page.set_viewport_size(SMALLEST)
        page.goto(path)
        assert sideways_scroll(page) == 0, path
        widen_spacing(page)
        assert sideways_scroll(page) == 0, path
        double_type(page)
        assert sideways_scroll(page) == 0, path
        page.set_viewport_size(PHONE)
        page.goto(path)
        double_type(page)
        assert sideways_scroll(page) == 0, path


def test_without_scripts_a_client_reads_the_news_says_yes_and_changes_the_language(
    open_as, family
):
    page = open_as(family.mother, java_script_enabled=False)
    page.set_viewport_size(PHONE)
    page.goto("/start")
    expect(page.get_by_text("Ongeveer 4 minuten")).to_be_visible()
    expect(page.get_by_text("Dat lukte nog niet.")).to_be_visible()
    news = page.get_by_text("Nieuw", exact=True)
    expect(news).to_have_count(2)
    follow(page.get_by_role("button", name="Ik heb dit gelezen"))
    expect(news).to_have_count(1)
    follow(page.get_by_role("button", name="Ik heb dit gelezen"))
    expect(news).to_have_count(0)

    follow(page.get_by_role("link", name="Waar ik ja of nee op zeg"))
    follow(page.get_by_role("button", name="Ja, dat is goed").first)
    expect(page.get_by_text("We hebben je keuze opgeschreven.")).to_be_visible()
    expect(page.get_by_text("Je zei ja op")).to_have_count(1)

    page.goto("/taal")
    follow(page.get_by_role("button", name="العربية"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
