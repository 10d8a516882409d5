"""An admin changes look, texts and facts; what is wrong is told, nothing is lost."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from klankbord.audit.models import AuditEntry
from klankbord.organisation import services
from klankbord.organisation.schemas import COLOURS
from klankbord.people.access import PARENTS_READ_YOUNG
from klankbord.permissions import Role
from klankbord.tenants.models import TenantProfile
from klankbord.tenants.theme import KLANKBORD, TOKENS, from_tokens
from klankbord.testing.tenants import visitor

SCRIPTS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}",
)
FACTS = {
    "name": "Zilverwiek",
    "address_form": "u",
    "languages": ["nl", "ar"],
    "phone_numbers": "Receptie: 088 000 10 00",
    "time_zone": "Europe/Amsterdam",
}


@pytest.fixture
def admin(make, tenant):
    return make.staff(tenant, Role.TENANT_ADMIN)


@pytest.fixture
def browser(make, app, admin):
    return make.sign_in(app, admin)


@pytest.fixture
def profile(make, admin):
    def read():
        session = make.context(admin).session
        return session.scalars(select(TenantProfile)).one()

    return read


def look(version, **changed):
    return {**vars(KLANKBORD), "version": version, **changed}


def picture(kind="PNG", size=(40, 20), **options):
    written = BytesIO()
    Image.new("RGB", size, "#0d4f4a").save(written, kind, **options)
    return written.getvalue()


def send_logo(browser, content, name="logo.png"):
    # Encoded here: the client would leave a temporary file open for a large upload.
    upload = FileStorage(BytesIO(content), filename=name)
    boundary, body = encode_multipart({"logo": upload})
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post("/beheer/uiterlijk/logo", data=body, content_type=kind)


def test_a_new_look_shows_at_the_next_request(app, tenant, browser, profile):
    data = look(profile().version, button="#0d4f4a", link="#0D4F4A")
    assert browser.post("/beheer/uiterlijk", data=data).status_code == 303
    sheet = visitor(app, tenant).get("/look/theme.css").get_data(as_text=True)
    assert "--basis-color-action-1-inverse-bg-default: #0d4f4a;" in sheet


def test_every_change_is_in_the_log_and_raises_the_revision(
    make, admin, browser, profile
):
    before = make.facts(admin.tenant.id).revision
    browser.post("/beheer/uiterlijk", data=look(profile().version))
    assert make.facts(admin.tenant.id).revision == before + 1
    entries = make.context(admin).session.scalars(select(AuditEntry)).all()
    logged = [(one.category, one.action, one.account_id) for one in entries]
    assert logged == [("settings", "update", admin.account_id)]


def test_colours_too_much_alike_are_named_and_nothing_typed_is_lost(browser, profile):
    data = look(profile().version, link="#eeeeee", heading_font="Lexend")
    page = browser.post("/beheer/uiterlijk", data=data)
    words = page.get_data(as_text=True)
    assert page.status_code == 422
    assert "Links op Kaarten is slecht te lezen" in words
    assert 'value="#eeeeee"' in words
    assert '<option value="Lexend" selected>' in words
    assert profile().theme == {}


@pytest.mark.parametrize(
    "value", ["red", "url(//evil.example)", "#fff;}body{display:none", "", *SCRIPTS]
)
def test_a_colour_is_a_colour_and_never_free_css(browser, profile, value):
    page = browser.post("/beheer/uiterlijk", data=look(profile().version, page=value))
    assert page.status_code == 422
    assert "<script>alert" not in page.get_data(as_text=True)
    assert profile().theme == {}


def test_the_look_of_klankbord_is_where_an_admin_begins(browser, admin, make):
    begun = services.read_look(make.context(admin))
    assert begun.items() > vars(KLANKBORD).items()
    words = browser.get("/beheer/uiterlijk").get_data(as_text=True)
    assert KLANKBORD.button in words
    assert 'role="img"' in words


def test_a_picker_that_was_used_without_javascript_gives_the_colour(browser, profile):
    picked = {"pick_button": "#0d4f4a", "was_button": KLANKBORD.button}
    data = look(profile().version, **picked)
    assert browser.post("/beheer/uiterlijk", data=data).status_code == 303
    token = next(name for name, field in TOKENS.items() if field == "button")
    assert profile().theme[token] == "#0d4f4a"


def test_a_picker_that_was_left_alone_gives_way_to_what_was_typed(browser, profile):
    left = {"pick_button": KLANKBORD.button, "was_button": KLANKBORD.button}
    data = look(profile().version, **left) | {"button": "#0d4f4a"}
    assert browser.post("/beheer/uiterlijk", data=data).status_code == 303
    assert "#0d4f4a" in profile().theme.values()


def test_every_colour_has_a_picker_that_shows_it(browser):
    page = browser.get("/beheer/uiterlijk").get_data(as_text=True)
    assert page.count('type="color"') == len(COLOURS)
    assert f'name="pick_button" value="{KLANKBORD.button}"' in page


def test_an_admin_goes_back_to_the_first_colours_after_a_warning(browser, profile):
    asks = "/beheer/uiterlijk/standaard"
    assert asks not in browser.get("/beheer/uiterlijk").get_data(as_text=True)
    browser.post("/beheer/uiterlijk", data=look(profile().version, button="#0d4f4a"))
    assert asks in browser.get("/beheer/uiterlijk").get_data(as_text=True)
    assert "niet terugdraaien" in browser.get(asks).get_data(as_text=True)
    assert profile().theme

    assert browser.post(asks).status_code == 303

    assert profile().theme == {}


def test_an_admin_takes_the_logo_away_after_a_warning(app, tenant, browser, profile):
    asks = "/beheer/uiterlijk/logo/weghalen"
    first = visitor(app, tenant).get("/look/logo").data
    assert asks not in browser.get("/beheer/uiterlijk").get_data(as_text=True)
    send_logo(browser, picture())
    assert visitor(app, tenant).get("/look/logo").data != first
    assert asks in browser.get("/beheer/uiterlijk").get_data(as_text=True)
    assert "Het logo weghalen?" in browser.get(asks).get_data(as_text=True)

    assert browser.post(asks).status_code == 303

    assert profile().logo is None
    assert visitor(app, tenant).get("/look/logo").data == first


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_made_anew_as_a_small_png(app, tenant, browser, kind):
    assert send_logo(browser, picture(kind)).status_code == 303
    logo = visitor(app, tenant).get("/look/logo")
    made = Image.open(BytesIO(logo.data))
    assert (made.format, made.size, logo.mimetype) == ("PNG", (256, 256), "image/png")


def test_nothing_else_of_an_upload_survives(profile, browser):
    remarks = PngInfo()
    remarks.add_text("Comment", "made at home street 12")
    exif = Image.Exif()
    exif[0x010E] = "made at home street 12"
    polyglot = picture(pnginfo=remarks, exif=exif) + b"<script>alert(1)</script>"
    assert send_logo(browser, polyglot).status_code == 303
    kept = profile().logo
    assert b"home street" not in kept
    assert b"script" not in kept
    assert not Image.open(BytesIO(kept)).info


def bomb():
    return picture(size=(5000, 5000))


REFUSED = {
    "nothing": (lambda: b"", "Kies eerst een bestand"),
    "too large a file": (lambda: picture() + bytes(1024 * 1024), "groter dan 1 MB"),
    "a decompression bomb": (bomb, "te groot"),
    "html as jpg": (lambda: b"<html><script>alert(1)</script>", "geen afbeelding"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "geen afbeelding"),
    "html that goes on as an image": (
        lambda: b"<script>alert(1)</script>" + picture(),
        "geen afbeelding",
    ),
    "half an image": (lambda: picture(size=(300, 300))[:60], "geen afbeelding"),
    "a kind that we do not take": (lambda: picture("GIF"), "geen afbeelding"),
}


@pytest.mark.parametrize(("upload", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_any_other_upload_is_refused_in_a_sentence(browser, profile, upload, told):
    page = send_logo(browser, upload(), "../../logo.jpg")
    assert page.status_code == 422
    assert told in page.get_data(as_text=True)
    assert profile().logo is None


def test_the_front_page_speaks_the_words_of_the_organisation(
    app, tenant, browser, profile
):
    words = "Welkom bij {organisation}.\nU vindt ons op {address}."
    texts = {"version": profile().version, "welcome": words}
    assert browser.post("/beheer/teksten", data=texts).status_code == 303
    page = visitor(app, tenant).get("/").get_data(as_text=True)
    assert f'<p dir="auto">Welkom bij {tenant.name}.</p>' in page
    assert f"U vindt ons op {tenant.slug}.example." in page


def test_who_reads_another_language_gets_the_standard_text(
    app, tenant, browser, profile
):
    texts = {"version": profile().version, "welcome": "Alleen Nederlands"}
    browser.post("/beheer/teksten", data=texts)
    reader = visitor(app, tenant)
    arabic = reader.get("/", headers={"Accept-Language": "ar"})
    assert "Alleen Nederlands" not in arabic.get_data(as_text=True)
    assert "Alleen Nederlands" in reader.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    "typed", ["{{7*7}}", "{% if x %}", "{{organisation}}", "100 %(s)s"]
)
def test_a_template_in_a_text_stays_as_typed(app, tenant, browser, profile, typed):
    texts = {"version": profile().version, "welcome": f"Dag {typed} dag"}
    assert browser.post("/beheer/teksten", data=texts).status_code == 303
    page = visitor(app, tenant).get("/").get_data(as_text=True)
    assert f"Dag {typed} dag" in page


@pytest.mark.parametrize("typed", SCRIPTS)
def test_a_script_in_a_text_or_a_name_is_only_text(
    app, tenant, browser, profile, typed
):
    texts = {"version": profile().version, "welcome": typed, "no_invitation": typed}
    assert browser.post("/beheer/teksten", data=texts).status_code == 303
    facts = FACTS | {"version": profile().version, "name": typed}
    assert browser.post("/beheer/organisatie", data=facts).status_code == 303
    for page in (visitor(app, tenant).get("/"), browser.get("/beheer/organisatie")):
        words = page.get_data(as_text=True)
        assert "alert(1)</script>" not in words
        assert "<img src=x" not in words
        assert "<svg/onload" not in words


WRONG_TEXTS = {
    "an unknown placeholder": ("welcome", "Dag {name}", "is onbekend"),
    "too long": ("welcome", "a" * 601, "te lang"),
    "a placeholder in a name": ("mail_sender", "{organisation}", "Laat het woord"),
}


@pytest.mark.parametrize(
    ("name", "typed", "told"), WRONG_TEXTS.values(), ids=WRONG_TEXTS.keys()
)
def test_a_text_that_does_not_fit_is_refused_and_kept_in_the_form(
    browser, profile, name, typed, told
):
    data = {"version": profile().version, name: typed}
    page = browser.post("/beheer/teksten", data=data)
    assert page.status_code == 422
    assert told in page.get_data(as_text=True)
    assert typed in page.get_data(as_text=True)
    assert profile().texts == {}


def test_the_admin_changes_the_facts_of_the_organisation(make, admin, browser, profile):
    data = FACTS | {"version": profile().version, "parents_read_young": "yes"}
    assert browser.post("/beheer/organisatie", data=data).status_code == 303
    facts = make.facts(admin.tenant.id)
    assert (facts.name, facts.formal, facts.languages) == (
        "Zilverwiek",
        True,
        ("nl", "ar"),
    )
    assert facts.phone_numbers == {"reception": "088 000 10 00"}
    assert facts.policies[PARENTS_READ_YOUNG] is True
    data = FACTS | {"version": profile().version}
    assert browser.post("/beheer/organisatie", data=data).status_code == 303
    assert make.facts(admin.tenant.id).policies[PARENTS_READ_YOUNG] is False


def test_the_numbers_keep_the_order_in_which_they_were_written(
    app, admin, browser, profile
):
    lines = ["Cliëntbureau: 088 000 10 03", "Nacht: 088 000 10 02", "Balie: 0880"]
    data = FACTS | {
        "version": profile().version,
        "phone_numbers": "\r\n".join(lines),
    }
    assert browser.post("/beheer/organisatie", data=data).status_code == 303

    form = browser.get("/beheer/organisatie").get_data(as_text=True)
    below = visitor(app, admin.tenant).get("/").get_data(as_text=True)

    assert "\n".join(lines) in form.replace("\r", "")
    places = [below.index(line.partition(":")[0] + "</span>") for line in lines]
    assert places == sorted(places)


def test_a_known_number_is_named_in_the_language_of_the_reader(
    app, tenant, browser, profile
):
    numbers = "cliëntbureau: 088 000 10 00\nHuis van Ada: 088 000 10 01"
    data = FACTS | {"version": profile().version, "phone_numbers": numbers}
    assert browser.post("/beheer/organisatie", data=data).status_code == 303
    assert dict(profile().phone_numbers) == {
        "client_office": "088 000 10 00",
        "Huis van Ada": "088 000 10 01",
    }
    form = browser.get("/beheer/organisatie").get_data(as_text=True)
    assert "Cliëntbureau: 088 000 10 00\nHuis van Ada: 088 000 10 01" in form
    assert "client_office" not in form
    page = visitor(app, tenant).get("/", headers={"Accept-Language": "ar"})
    words = page.get_data(as_text=True)
    assert "مكتب العملاء" in words
    assert words.index("tel:112") < words.index("tel:0880001000")


WRONG_FACTS = {
    "no name": {"name": ""},
    "a language that we do not speak": {"languages": ["nl", "xx"]},
    "no Dutch": {"languages": ["en"]},
    "a number without a name": {"phone_numbers": "088 000 10 00"},
    "a name without a number": {"phone_numbers": "Receptie: bel ons"},
    "eleven numbers": {"phone_numbers": "\n".join(f"{n}: 088" for n in range(11))},
    "a time zone of nowhere": {"time_zone": "Mars/Base"},
    "a field that does not exist": {"slug": "mine"},
}


@pytest.mark.parametrize("wrong", WRONG_FACTS.values(), ids=WRONG_FACTS.keys())
def test_wrong_facts_are_refused_and_nothing_changes(browser, profile, wrong):
    before = profile().version
    page = browser.post("/beheer/organisatie", data=FACTS | {"version": before} | wrong)
    assert page.status_code == 422
    assert "kb-error-summary" in page.get_data(as_text=True)
    assert profile().version == before


def test_the_second_of_two_admins_sees_both_and_overwrites_nothing(browser, profile):
    read = profile().version
    first = FACTS | {"version": read, "name": "De eerste"}
    assert browser.post("/beheer/organisatie", data=first).status_code == 303
    second = FACTS | {"version": read, "name": "De tweede"}
    page = browser.post("/beheer/organisatie", data=second)
    words = page.get_data(as_text=True)
    assert page.status_code == 409
    assert "De eerste" in words
    assert "De tweede" in words
    assert profile().name == "De eerste"
    again = second | {"version": profile().version}
    assert browser.post("/beheer/organisatie", data=again).status_code == 303
    assert profile().name == "De tweede"


@pytest.mark.parametrize("page", ["uiterlijk", "teksten", "organisatie"])
def test_only_the_admin_of_this_organisation_comes_here(
    make, app, tenant, browser, outsider, page
):
    assert browser.get(f"/beheer/{page}").status_code == 200
    worker = make.sign_in(app, make.staff(tenant, Role.WORKER))
    assert worker.get(f"/beheer/{page}").status_code == 403
    stranger = make.sign_in(app, outsider)
    stranger.base_url = tenant.base_url
    assert stranger.get(f"/beheer/{page}").status_code in {303, 404}


def test_the_stylesheet_and_the_theme_of_klankbord_agree():
    css = Path(__file__).parents[3] / "platform/klankbord/assets/css/tokens.css"
    for token, value in services.to_tokens(KLANKBORD).items():
        assert f"--{token}: " in css.read_text()
        assert value in css.read_text()
    assert from_tokens(services.to_tokens(KLANKBORD)) == KLANKBORD
