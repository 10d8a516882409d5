"""A tiny app that shows each macro in each state, in the real layouts.

The tests drive a browser over it. Addresses are /<organisation>/<language>/<page>; the
texts on the pages are invented.
"""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    render_template,
    request,
    send_file,
)
from flask_wtf import CSRFProtect

from klankbord.forms import Form
from klankbord.i18n import LANGUAGE_NAMES, RIGHT_TO_LEFT, init_languages
from klankbord.lists import labelled
from klankbord.pages import PHONE_TITLES
from klankbord.templating import init_templates
from klankbord.tenants.theme import parse, render

HERE = Path(__file__).parent
ORGANISATIONS = HERE.parent.parent / "tenants"
NAMES = {
    "wsg": "William Schrikker Groep",
    "jgb": "De Jeugd- & Gezinsbeschermers",
    "zilverwiek": "Zilverwiek",
}
PHONES = {"client_office": "088 000 00 00", "out_of_hours": "088 000 00 01"}
CLIENT_PAGES = (
    "home",
    "faces",
    "slider",
    "slider_answered",
    "choices",
    "words",
    "profiles",
    "form",
    "form_errors",
    "reveal",
    "confirm",
    "nothing",
)
STAFF_PAGES = ("desk", "families", "staff_form", "no_families", "signals")
PLAIN_PAGES = ("invitation",)

ERRORS = {
    "first_name": ["Fill in your first name."],
    "email": ["This is not an e-mail address. Look at it again."],
    "story": ["Your text is 12 characters too long. Make it shorter."],
    "day": ["Choose a day that is still to come."],
    "team": ["Choose a team."],
    "custody": ["Choose one of the answers."],
    "roles": ["Choose at least one."],
    "agreed": ["Tick this to go on."],
    "photo": ["This file is not a picture. Choose a PNG or JPEG."],
}
TYPED = {
    "first_name": "",
    "email": "samira(at)example",
    "story": "Ik vind het fijn als je belt. " * 4,
    "day": "2026-11-20",
    "roles": ["worker"],
}
FAMILIES = tuple(
    SimpleNamespace(name=name, worker=worker, answers=answers, state=state, kind=kind)
    for name, worker, answers, state, kind in (
        ("El Amrani", "Karin de Wit", 5, "Op tijd", "done"),
        ("Van Leeuwen", "Joost Bakker", 0, "Nog 1 dag", "soon"),
        ("Öztürk-van den Heuvel", "Fatma Öz", 12, "Laatste dag", "late"),
    )
)


@dataclass(frozen=True)
class Link:
    """A line of the menu, as `klankbord.pages` hands it to the layout."""

    title: str
    url: str
    icon: str
    count: int = 0
    current: bool = False


MENU = (
    Link("Mijn werk", "#work", "house", 7, current=True),
    Link("Gezinnen", "#families", "list"),
    Link("Matching", "#matching", "handshake", 2),
    Link("Spiegelgesprek", "#mirror", "messages-square"),
    Link("Jongerenambassadeurs", "#youths", "users", 12),
    Link("Leren", "#learning", "chart-column"),
)


def create_gallery() -> Flask:
    """Return the app; its session cookie and forms lead nowhere."""
    app = Flask("klankbord", static_folder="static")
    app.config.update(SECRET_KEY="gallery")
    assert app.jinja_loader is not None
    app.jinja_loader.searchpath.append(str(HERE / "templates"))  # type: ignore[attr-defined]
    init_languages(app, ["klankbord"])
    CSRFProtect(app)
    init_templates(app)
    app.jinja_env.filters["labelled"] = labelled
    look = Blueprint("look", __name__, url_prefix="/<organisation>/look")

    @look.get("/theme.css")
    def theme(organisation: str) -> Response:
        sheet = (ORGANISATIONS / organisation / "theme.css").read_text("utf-8")
        return Response(render(parse(sheet)), mimetype="text/css")

    @look.get("/logo")
    def logo(organisation: str) -> Response:
        return send_file(ORGANISATIONS / organisation / "logo.png")

    @look.url_defaults
    def same_organisation(_endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("organisation", g.organisation)

    app.register_blueprint(look)
    app.add_url_rule("/<organisation>/<language>/<page>", "page", show)
    app.add_url_rule(
        "/<organisation>/<language>/<page>", "sent", receive, methods=["POST"]
    )
    app.extensions["gallery-received"] = []
    app.url_build_error_handlers.append(
        lambda _error, endpoint, _values: f"#{endpoint}"
    )
    app.after_request(forbid_inline)
    return app


def show(organisation: str, language: str, page: str) -> str:
    """Show one page of the gallery."""
    g.organisation, g.language = organisation, language
    g.formal = organisation == "jgb"
    if page == "home":
        flash("Je antwoorden zijn bewaard.", "done")
    errors = page == "form_errors"
    role = "worker" if page in STAFF_PAGES else "parent"
    return render_template(
        f"gallery/{page.removesuffix('_errors').removesuffix('_answered')}.html",
        tenant=None if page in PLAIN_PAGES else tenant(organisation),
        actor=SimpleNamespace(name="Samira El Amrani", roles={role}),
        menu=lambda: MENU,
        locale=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        nonce="gallery",
        language_names=LANGUAGE_NAMES,
        phone_titles=PHONE_TITLES,
        demo=organisation == "zilverwiek",
        form=Form(TYPED, ERRORS) if errors else Form(),
        families=FAMILIES,
        answered=page.endswith("_answered"),
        say=lambda dutch, arabic: arabic if language == "ar" else dutch,
        page=SimpleNamespace(
            first=26, last=50, total=103, previous_url="#previous", next_url="#next"
        ),
    )


def tenant(organisation: str) -> SimpleNamespace:
    """Return what the layouts ask of a tenant."""
    return SimpleNamespace(
        name=NAMES[organisation],
        revision=1,
        languages=("nl", "en", "ar"),
        phone_numbers=PHONES,
    )


def receive(organisation: str, language: str, page: str) -> str:
    """Keep what a form sent, for the test to look at, and show the page again."""
    current_app.extensions["gallery-received"].append(request.form.to_dict(flat=False))
    return show(organisation, language, page)


def forbid_inline(response: Response) -> Response:
    """Send the policy of the real app: no inline style, no inline script."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self' 'nonce-gallery'; style-src 'self';"
        " img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'"
    )
    return response
