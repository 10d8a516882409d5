"""The stylesheet and the logo that a browser gets from an organisation's own host."""

from pathlib import Path

from klankbord.tenants.theme import parse, render, to_tokens
from klankbord.testing.tenants import visitor

ROOT = Path(__file__).parents[3]
THEME = parse((ROOT / "tenants" / "jgb" / "theme.css").read_text("utf-8"))
LOGO = (ROOT / "tenants" / "jgb" / "logo.png").read_bytes()


def test_a_visitor_gets_the_look_of_the_organisation_at_that_host(app, make):
    tenant = make.tenant(theme=to_tokens(THEME), logo=LOGO)
    browser = visitor(app, tenant)
    sheet, logo = browser.get("/look/theme.css"), browser.get("/look/logo")
    assert sheet.get_data(as_text=True) == render(THEME)
    assert sheet.mimetype == "text/css"
    assert (logo.data, logo.mimetype) == (LOGO, "image/png")


def test_an_organisation_without_a_look_of_its_own_gets_that_of_klankbord(app, tenant):
    browser = visitor(app, tenant)
    sheet, logo = browser.get("/look/theme.css"), browser.get("/look/logo")
    assert (sheet.status_code, sheet.data) == (200, b"")
    assert logo.status_code == 302
    with browser.get(logo.location) as sign:
        assert sign.mimetype == "image/svg+xml"


def test_the_look_of_another_organisation_is_never_given(app, make, tenant):
    make.tenant(theme=to_tokens(THEME), logo=LOGO)
    browser = visitor(app, tenant)
    assert browser.get("/look/theme.css").data == b""
    assert browser.get("/look/logo").data != LOGO


def test_pages_ask_for_a_look_that_a_browser_may_keep_until_it_changes(app, make):
    tenant = make.tenant(theme=to_tokens(THEME), logo=LOGO)
    browser = make.sign_in(app, make.family(tenant).mother)
    page = browser.get("/taal").get_data(as_text=True)
    for address in ("/look/theme.css?revision=", "/look/logo?revision="):
        assert f"{address}{tenant.revision}" in page
    kept = browser.get(f"/look/theme.css?revision={tenant.revision}")
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_front_page_shows_the_organisation_and_its_numbers(app, make):
    tenant = make.tenant(
        name="Zilverwiek", phone_numbers=[("client_office", "088 000 00 00")]
    )
    page = visitor(app, tenant).get("/").get_data(as_text=True)
    for words in ("Zilverwiek", "Cliëntbureau", "tel:0880000000", "0800-2000", "112"):
        assert words in page
