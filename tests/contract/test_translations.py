"""Every sentence has its Dutch; what clients and visitors see has its Arabic too."""

import re
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from marshmallow import Schema, fields

from klankbord.app import FEATURES

ROOT = Path(str(files("klankbord"))).parents[1]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
# What only staff sees: Dutch is enough there. So it is for a template that extends
# layouts/staff.html. A file not named here is for clients: it needs its Arabic.
STAFF_ONLY = (
    "*/permissions.py",  # titles of permissions
    "klankbord/templates/layouts/staff.html",
    "klankbord.accounts/passwords.py",
    "klankbord.accounts/services/sign_in.py",
    "klankbord.accounts/services/staff.py",
    "klankbord.accounts/sessions.py",
    "klankbord.accounts/views/*.py",
    *(
        f"klankbord.accounts/templates/accounts/{page}.html"
        for page in (
            "_factor",
            "_personal",
            "choose_password",
            "forgot",
            "recovery_codes",
            "second_step",
            "set_up_factor",
            "staff_sign_in",
        )
    ),
    "klankbord.actions/schemas.py",
    "klankbord.actions/services.py",
    "klankbord.actions/views.py",
    "klankbord.invitations/schemas.py",
    "klankbord.invitations/services/inviting.py",
    "klankbord.invitations/views/inviting.py",
    "klankbord.invitations/words.py",
    "klankbord.methods/*",
    "klankbord.organisation/*",
    "klankbord.outbox/*",
    "klankbord.oversight/*",
    "klankbord.people/*",
    "klankbord.questionnaires/schemas.py",
    "klankbord.questionnaires/services/passing.py",
    "klankbord.questionnaires/services/wording.py",
    "klankbord.questionnaires/views/__init__.py",
    "klankbord.questionnaires/views/wording.py",
    "klankbord.tenants/*",
    "klankbord.workspace/*",
    "klankbord_samen_sterker/measures.py",
    "klankbord_samen_sterker/plugin.py",
    "klankbord_samen_sterker/schemas.py",
    "klankbord_samen_sterker/services/talk.py",
    "klankbord_samen_sterker/templates/samen_sterker/panel.html",
    "klankbord_samen_sterker/views/lead.py",
    "klankbord_samen_sterker/views/worker.py",
    "klankbord_startvragen/measures.py",
    "klankbord_startvragen/plugin.py",
    "klankbord_startvragen/templates/startvragen/card.html",
    "klankbord_startvragen/templates/startvragen/panel*.html",
    "klankbord_startvragen/views/worker.py",
)
# Staff and clients share these files; the client's sentences are looked for by name.
SHARED = {
    "klankbord.accounts/views/own.py": {"My devices", "This device is signed out."},
    "klankbord_samen_sterker/plugin.py": {
        "How is working together with %(worker)s?",
        "Would you like to talk about working together?",
        "Look at the answers of %(worker)s and yourself",
        "Working together",
    },
    "klankbord_startvragen/plugin.py": {
        "How does it work best for you?",
        "How it works for me",
        "Tell how you learn and what you like. You decide who reads it.",
        "Does your page still fit?",
        "A year ago you told how it works for you. Look whether it still fits.",
        "May %(worker)s read your page?",
        "%(worker)s works with you now. You decide what %(worker)s may read.",
        "You are 12: your page is yours now",
        "Look whether it fits. From now on you decide who reads it.",
    },
}
LANGUAGES = ["nl", "nl@u", "en", "ar"]
TOO_LARGE = "Number too large."  # each of our numbers has limits and words of its own
EXTENDS_STAFF = re.compile(r'{%-? extends "layouts/staff\.html"')


def rooms():
    found = {name: Path(str(files(name))) for name in FEATURES}
    for plugin in sorted((ROOT / "plugins").glob("*/klankbord_*")):
        found[plugin.name] = plugin
    return found


ROOMS = rooms()


def sentences(room):
    """Return (file, message id) of a room, without those of the rooms inside it."""
    folder = ROOMS[room]
    inside = {other for other in ROOMS.values() if folder in other.parents}

    def is_ours(path):
        return not any(Path(path) == other for other in inside)

    return {
        (file, message if isinstance(message, str) else message[0])
        for file, _line, message, _comments, _context in extract_from_dir(
            folder, METHODS, keywords=KEYWORDS, directory_filter=is_ours
        )
    }


def is_for_clients(room, file):
    if file.endswith(".html") and EXTENDS_STAFF.search(
        (ROOMS[room] / file).read_text()
    ):
        return False
    return not any(fnmatch(f"{room}/{file}", pattern) for pattern in STAFF_ONLY)


def catalogue(folder, language):
    path = folder / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {
            message.id if isinstance(message.id, str) else message.id[0]: message
            for message in read_po(file, locale=None)
            if message.id and message.string and not message.fuzzy
        }


def known(language):
    """Return every message of a language: rooms may use each other's sentences."""
    return {
        sentence
        for folder in ROOMS.values()
        for sentence in catalogue(folder, language)
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_of_a_room_has_its_dutch(room):
    missing = {sentence for _file, sentence in sentences(room)} - known("nl")
    assert sorted(missing) == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_that_clients_see_has_its_arabic(room):
    shown = {
        sentence for file, sentence in sentences(room) if is_for_clients(room, file)
    }
    assert sorted(shown - known("ar")) == []


@pytest.mark.parametrize("path", SHARED)
def test_a_file_of_staff_and_clients_has_arabic_for_what_clients_see(path):
    assert sorted(SHARED[path] - known("ar")) == []


def test_the_list_of_staff_files_names_no_file_that_is_gone():
    every = {
        f"{room}/{file.relative_to(folder)}"
        for room, folder in ROOMS.items()
        for file in folder.rglob("*")
    }
    gone = [
        pattern
        for pattern in STAFF_ONLY
        if not any(fnmatch(path, pattern) for path in every)
    ]
    assert gone == []


def words_of_the_form_library():
    """Return what marshmallow says by itself about the fields that forms use."""
    kinds = [
        fields.Boolean,
        fields.Date,
        fields.DateTime,
        fields.Email,
        fields.Float,
        fields.Integer,
        fields.List,
        fields.String,
        fields.Time,
        fields.URL,
        fields.UUID,
    ]
    said = set(Schema._default_error_messages.values())
    for kind in kinds:
        for parent in kind.__mro__:
            said |= set(getattr(parent, "default_error_messages", {}).values())
    return {
        words for words in said if "{" not in words and words != "Number too large."
    }


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_what_the_form_library_says_by_itself_is_translated(language):
    said = words_of_the_form_library()
    assert "Missing data for required field." in said
    assert sorted(said - known(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_fills_the_same_places(room, language):
    for message in catalogue(ROOMS[room], language).values():
        if "%(" in str(message.id):
            assert not list(message.check()), message.id
