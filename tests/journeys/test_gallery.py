"""Every macro in every state, in a real browser: to read, to reach, to send."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from browser import (
    DESKTOP,
    PHONE,
    SMALLEST,
    ZOOMED,
    access_faults,
    cut_off,
    double_type,
    follow,
    sideways_scroll,
    small_targets,
    tab_through,
    widen_spacing,
)
from gallery.application import (
    CLIENT_PAGES,
    PLAIN_PAGES,
    STAFF_PAGES,
    create_gallery,
)
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

PAGES = [
    *(f"wsg/nl/{page}" for page in CLIENT_PAGES + STAFF_PAGES + PLAIN_PAGES),
    *(f"jgb/ar/{page}" for page in CLIENT_PAGES + PLAIN_PAGES),
    "zilverwiek/nl/home",
    "jgb/nl/desk",
]
NEUTRAL_SITE = "https://www.knmi.nl/"


class Gallery:
    """The running gallery, and what its forms received."""

    def __init__(self) -> None:
        app = create_gallery()
        app.config["WTF_CSRF_SSL_STRICT"] = False
        self.received: list[dict[str, Any]] = app.extensions["gallery-received"]
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def start(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    running = Gallery()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, gallery: Gallery) -> Iterator[Page]:
    gallery.received.clear()
    context = browser.new_context(viewport=PHONE, base_url=gallery.url)
    opened = context.new_page()
    opened.route(f"{NEUTRAL_SITE}**", lambda route: route.fulfill(body="weather"))
    yield opened
    context.close()


@pytest.fixture
def plain_page(browser: Browser, gallery: Gallery) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    gallery.received.clear()
    context = browser.new_context(
        viewport=PHONE, base_url=gallery.url, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def stop_the_clock(page: Page) -> None:
    """Let time go by in the page's scripts only when the test says so."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read_and_operate_the_page_on_a_phone_and_a_desktop(page, path):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"/{path}")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert access_faults(page) == []
        assert sideways_scroll(page) == 0
        assert small_targets(page) == []
    assert complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_no_words_are_lost_on_the_smallest_phone_or_in_large_type(page, path):
    page.goto(f"/{path}")
    for size in (SMALLEST, ZOOMED):
        page.set_viewport_size(size)
        assert sideways_scroll(page) == 0
    widen_spacing(page)
    for size in (SMALLEST, DESKTOP):
        page.set_viewport_size(size)
        assert sideways_scroll(page) == 0
        assert cut_off(page) == []
    double_type(page)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert sideways_scroll(page) == 0
        assert cut_off(page) == []


def test_the_checks_find_what_is_wrong(page):
    page.goto("/wsg/nl/faces")
    page.evaluate(
        """() => {
            document.querySelector('legend').remove();
            const wide = document.createElement('button');
            wide.className = 'wide';
            document.querySelector('main').append(wide);
            const sheet = new CSSStyleSheet();
            sheet.replaceSync('.wide { display: block; width: 900px; height: 10px }');
            document.adoptedStyleSheets.push(sheet);
        }"""
    )
    assert any("button-name" in fault for fault in access_faults(page))
    assert sideways_scroll(page) > 0
    assert any("wide" in target for target in small_targets(page))


@pytest.mark.parametrize(
    "path",
    ["wsg/nl/home", "wsg/nl/faces", "jgb/ar/slider", "wsg/nl/form", "jgb/nl/desk"],
)
def test_the_keyboard_goes_in_reading_order_and_its_place_is_always_seen(page, path):
    page.goto(f"/{path}")
    stops = tab_through(page)
    assert len(stops) > 5
    assert "kb-skip" in stops[0]["name"] or "skip-link" in stops[0]["name"]
    assert [stop["name"] for stop in stops if not stop["marked"]] == []
    assert [stop["name"] for stop in stops if stop["hidden"]] == []
    places = [stop["place"] for stop in stops]
    assert places == sorted(places)


def test_the_menu_of_staff_opens_with_a_press_on_a_phone(page):
    page.goto("/wsg/nl/desk")
    families = page.get_by_role("link", name="Gezinnen", exact=True)
    expect(families).to_be_hidden()
    page.get_by_text("Menu", exact=True).click()
    expect(families).to_be_visible()
    expect(page.get_by_role("button", name="Log uit")).to_be_visible()


def test_the_menu_of_staff_is_always_open_on_a_desktop(page):
    page.set_viewport_size(DESKTOP)
    page.goto("/wsg/nl/desk")
    expect(page.get_by_role("link", name="Gezinnen", exact=True)).to_be_visible()
    expect(page.get_by_text("Menu", exact=True)).to_be_hidden()


def test_no_answer_is_chosen_beforehand(page):
    for path in ("faces", "slider", "choices", "profiles"):
        page.goto(f"/wsg/nl/{path}")
        assert page.locator("input:checked").count() == 0


def test_an_untouched_slider_sends_no_number(page, gallery):
    page.goto("/wsg/nl/slider")
    follow(page.get_by_role("button", name="Volgende vraag"))
    (sent,) = gallery.received
    assert "score" not in sent


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        (["ArrowRight"], "5"),
        (["ArrowRight", "ArrowRight"], "6"),
        (["End"], "10"),
        (["Home"], "0"),
    ],
)
def test_the_slider_answers_to_the_keyboard(page, gallery, keys, number):
    page.goto("/wsg/nl/slider")
    page.get_by_role("slider").focus()
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(".kb-slider__value")).to_have_text(number)
    follow(page.get_by_role("button", name="Volgende vraag"))
    assert gallery.received[0]["score"] == [number]


def test_in_arabic_the_line_runs_from_right_to_left(page):
    page.goto("/jgb/ar/slider")
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".kb-slider__value")).to_have_text("6")


def test_plus_and_minus_move_the_slider_and_stop_at_its_ends(page):
    page.goto("/wsg/nl/slider")
    more = page.get_by_role("button", name="Meer")
    for _press in range(8):
        more.click()
    expect(page.locator(".kb-slider__value")).to_have_text("10")
    page.get_by_role("button", name="Minder").click()
    expect(page.locator(".kb-slider__value")).to_have_text("9")


def test_a_press_in_the_middle_of_the_line_is_an_answer(page):
    page.goto("/wsg/nl/slider")
    page.get_by_role("slider").click()
    expect(page.locator(".kb-slider__value")).to_have_text("5")


def test_an_answer_given_before_is_shown_again(page):
    page.goto("/wsg/nl/slider_answered")
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "7 van 10"


def test_without_scripts_the_numbers_are_there_to_choose(plain_page, gallery):
    plain_page.goto("/wsg/nl/slider")
    plain_page.get_by_role("radio", name="7").check()
    follow(plain_page.get_by_role("button", name="Volgende vraag"))
    assert gallery.received[0]["score"] == ["7"]


def test_without_scripts_a_question_can_be_answered_and_skipped(plain_page, gallery):
    plain_page.goto("/wsg/nl/faces")
    plain_page.get_by_role("radio", name="Niet zo goed").check()
    plain_page.get_by_text("Wil je er iets bij zeggen?").click()
    plain_page.get_by_role("textbox").fill("Soms wel")
    follow(plain_page.get_by_role("button", name="Volgende vraag"))
    follow(plain_page.get_by_role("button", name="Sla deze vraag over"))
    answered, skipped = gallery.received
    assert (answered["listening"], answered["text"]) == (["2"], ["Soms wel"])
    assert skipped["skip"] == ["1"]
    assert answered["csrf_token"]
    assert answered["idempotency_key"] != skipped["idempotency_key"]


def test_without_scripts_the_way_out_is_a_link_that_tells_nothing(plain_page):
    plain_page.goto("/wsg/nl/faces")
    link = plain_page.get_by_role("link", name="Snel weg")
    assert link.get_attribute("href").startswith(NEUTRAL_SITE)
    assert "noreferrer" in link.get_attribute("rel")


def test_leaving_quickly_keeps_the_page_out_of_the_history(page):
    page.goto("/wsg/nl/home")
    page.goto("/wsg/nl/faces")
    page.get_by_role("link", name="Snel weg").click()
    page.wait_for_url(f"{NEUTRAL_SITE}**")
    page.go_back()
    assert page.url.endswith("/home")


def test_escape_twice_leaves_and_once_does_not(page):
    stop_the_clock(page)
    page.goto("/wsg/nl/faces")
    page.keyboard.press("Escape")
    page.clock.run_for(1600)
    page.keyboard.press("Escape")
    expect(page.locator("main")).to_be_visible()
    assert page.url.endswith("/faces")
    page.clock.run_for(1400)
    page.keyboard.press("Escape")
    page.wait_for_url(f"{NEUTRAL_SITE}**")


@pytest.mark.parametrize("path", ["wsg/nl/form", "wsg/nl/desk", "wsg/nl/invitation"])
def test_the_way_out_is_on_pages_of_clients_and_visitors(page, path):
    page.goto(f"/{path}")
    expected = 0 if path.endswith("desk") else 1
    assert page.locator("[data-quick-exit]").count() == expected


def test_a_text_that_is_too_long_stays_and_says_by_how_much(page):
    page.goto("/wsg/nl/form")
    page.get_by_label("Wat wil je zeggen?").fill("🙂" * 103)
    expect(page.get_by_text("3 tekens te veel").first).to_be_visible()
    expect(page.get_by_label("Wat wil je zeggen?")).to_have_value("🙂" * 103)
    page.get_by_label("Wat wil je zeggen?").fill("kort")
    expect(page.get_by_text("Nog 96 tekens")).to_be_visible()


def test_a_second_press_sends_nothing_until_five_seconds_have_passed(page):
    stop_the_clock(page)
    page.goto("/wsg/nl/faces")
    sent: list[str] = []

    def answer_without_a_page(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/faces", answer_without_a_page)
    next_question = page.get_by_role("button", name="Volgende vraag")
    with page.expect_response("**/faces"):
        next_question.click()
    next_question.click()
    assert sent == ["POST"]
    expect(next_question).to_be_enabled()
    page.clock.run_for(5000)
    with page.expect_response("**/faces"):
        next_question.click()
    assert sent == ["POST", "POST"]


VOICES = """
const voice = {name: 'x', lang: '%s', localService: %s};
SpeechSynthesis.prototype.getVoices = () => [voice];
"""


@pytest.mark.parametrize(
    ("language", "local", "offered"),
    [
        ("nl-NL", "true", True),
        ("nl-NL", "false", False),
        ("en-GB", "true", False),
    ],
)
def test_reading_aloud_is_offered_only_with_a_voice_of_the_device(
    page, language, local, offered
):
    page.add_init_script(VOICES % (language, local))
    page.goto("/wsg/nl/faces")
    expect(page.locator("[data-read-aloud]")).to_be_visible(visible=offered)


def test_the_mistakes_of_a_form_are_listed_and_lead_to_their_fields(page):
    page.goto("/wsg/nl/form_errors")
    summary = page.get_by_role("alert")
    expect(summary).to_have_class("kb-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").nth(1).click()
    expect(page.locator("#field-email")).to_be_focused()
    described = page.locator("#field-email").get_attribute("aria-describedby")
    assert described == "field-email-hint field-email-error"
    assert page.locator("#field-email").input_value() == "samira(at)example"


def test_a_page_prints_without_what_is_only_for_the_screen(page):
    page.goto("/wsg/nl/reveal")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Snel weg")).to_be_hidden()
    expect(page.get_by_role("heading", name="Luisteren", exact=True)).to_be_visible()
