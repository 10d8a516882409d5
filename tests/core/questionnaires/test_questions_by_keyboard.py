"""A phone of 390 pixels and nothing but a keyboard: from begin to sent, and back."""

import os
from pathlib import Path

import pytest
from browser import (
    DESKTOP,
    PHONE,
    access_faults,
    cut_off,
    follow_by_keyboard,
    send,
    sideways_scroll,
)
from playwright.sync_api import Page

from klankbord.permissions import Role

PICTURES = os.environ.get("PICTURES", "")


def look(page: Page, name: str) -> None:
    """Check the page as it stands; keep a picture where somebody asked for one."""
    assert access_faults(page) == []
    assert sideways_scroll(page) <= 0
    assert cut_off(page) == []
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def press_until(page: Page, words: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until the element with these words has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.innerText || ''")
        if words in focused:
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def press_until_field(page: Page, name: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || ''") == name:
            return
    raise AssertionError(f"the keyboard does not reach the field {name!r}")


def test_a_parent_answers_sends_and_takes_back_with_the_keyboard(open_as, scene):
    page = open_as(scene.family.mother)
    page.goto(f"/vragen/begin/talk/{scene.subject_id}")
    look(page, "1-begin")
    press_until(page, "Begin")
    follow_by_keyboard(page)

    page.wait_for_url("**/1")
    look(page, "2-scale")
    press_until_field(page, "answer")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    press_until(page, "Wil je er iets bij zeggen?")
    page.keyboard.press("Enter")
    press_until_field(page, "words")
    page.keyboard.type("Het was fijn.")
    look(page, "3-scale-filled")
    press_until(page, "Volgende vraag")
    follow_by_keyboard(page)

    page.wait_for_url("**/2")
    look(page, "4-slider")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "range":
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    look(page, "5-slider-filled")
    press_until(page, "Volgende vraag")
    follow_by_keyboard(page)

    page.wait_for_url("**/3")
    look(page, "6-choice")
    press_until(page, "Sla deze vraag over")
    follow_by_keyboard(page)

    page.wait_for_url("**/4")
    look(page, "7-words")
    press_until(page, "Sla deze vraag over")
    follow_by_keyboard(page)

    page.wait_for_url("**/controle")
    look(page, "8-check")
    assert "Goed" in page.inner_text("main")
    assert "Het was fijn." in page.inner_text("main")
    press_until(page, "Verstuur mijn antwoorden")
    follow_by_keyboard(page)

    page.wait_for_url("**/verstuurd")
    look(page, "9-sent")
    press_until(page, "Neem terug")
    follow_by_keyboard(page)
    page.wait_for_url("**/controle")
    assert "Het was fijn." in page.inner_text("main")


def test_the_pages_stand_from_right_to_left_in_arabic(open_as, scene):
    page = open_as(scene.family.mother, "ar")
    page.goto(f"/vragen/begin/talk/{scene.subject_id}")
    look(page, "ar-1-begin")
    send(page, "main button")
    page.wait_for_url("**/1")
    assert page.get_attribute("html", "dir") == "rtl"
    look(page, "ar-2-scale")
    page.click("label.kb-choice >> nth=1")
    send(page, "main button >> nth=1")
    page.wait_for_url("**/2")
    look(page, "ar-4-slider")
    page.goto(page.url.replace("/2", "/controle"))
    look(page, "ar-8-check")


def test_without_javascript_the_slider_is_a_row_of_numbers(open_as, scene):
    page = open_as(scene.family.mother, java_script_enabled=False)
    page.goto(f"/vragen/begin/talk/{scene.subject_id}")
    send(page, "main button")
    page.goto(page.url.removesuffix("1") + "2")
    page.check("input[name=answer][value='10']", force=True)
    send(page, "text=Volgende vraag")
    page.wait_for_url("**/3")
    page.goto(page.url.removesuffix("3") + "2")
    assert page.is_checked("input[name=answer][value='10']")


def test_a_worker_answers_at_the_own_desk(open_as, scene):
    page = open_as(scene.family.worker)
    page.goto(f"/vragen/begin/talk/{scene.subject_id}")
    look(page, "staff-1-begin")
    send(page, "main button")
    page.wait_for_url("**/1")
    look(page, "staff-2-scale")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_of_staff_fit_and_can_be_used_by_everybody(
    make, open_as, tenant, scene, size
):
    width = size["width"]
    worker = open_as(scene.family.worker)
    worker.set_viewport_size(size)
    mother = scene.family.mother.client_id
    worker.goto(f"/vragen/doorgeven/talk/{scene.subject_id}/{mother}")
    look(worker, f"pass-1-{width}")
    send(worker, "main button")
    worker.wait_for_url("**/1")
    look(worker, f"pass-2-question-{width}")
    worker.goto("/werk")
    look(worker, f"pass-3-refused-{width}")
    send(worker, "text=Geef de telefoon terug")
    look(worker, f"pass-4-back-{width}")
    send(worker, "main button")
    worker.wait_for_url("**/ontgrendelen")
    look(worker, f"pass-5-unlock-{width}")

    admin = open_as(make.staff(tenant, Role.TENANT_ADMIN))
    admin.set_viewport_size(size)
    admin.goto("/beheer/vragenlijsten")
    look(admin, f"words-1-list-{width}")
    send(admin, "main table a")
    look(admin, f"words-2-versions-{width}")
    send(admin, "main button")
    admin.wait_for_url("**/versies/*")
    look(admin, f"words-3-edit-{width}")
    send(admin, "text=Voorbeeld")
    look(admin, f"words-4-preview-{width}")
