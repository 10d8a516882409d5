"""Every sentence on a page with questions exists in the languages it is read in."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from klankbord import questionnaires

ROOM = Path(questionnaires.__file__).parent
CLIENT_PAGES = {
    "page.html",
    "start.html",
    "question.html",
    "check.html",
    "sent.html",
    "hand_back.html",
    "unlock.html",
    "reading.py",
    "answering.py",
    "sheets.py",
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "gettext": None}


def sentences(only=None):
    found = extract_from_dir(str(ROOM), METHODS, keywords=KEYWORDS)
    return {
        message
        for name, _line, message, _comments, _context in found
        if only is None or Path(name).name in only
    }


def translated(language):
    path = ROOM / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.mark.parametrize(("language", "only"), [("nl", None), ("ar", CLIENT_PAGES)])
def test_every_sentence_is_translated(language, only):
    words = translated(language)
    assert len(sentences(only)) > 30
    assert {one for one in sentences(only) if not words.get(one)} == set()


@pytest.mark.parametrize("language", ["nl", "nl@u", "ar"])
def test_no_translation_is_left_over_or_has_other_names(language):
    elsewhere = {"Next question", "Skip this question"}
    for message, words in translated(language).items():
        assert message in sentences() | elsewhere
        for name in ("name", "client", "number", "total", "time", "date"):
            assert (f"%({name})s" in message) == (f"%({name})s" in words), message


def test_the_u_form_never_says_je():
    for words in translated("nl@u").values():
        assert not {"je", "jij", "jou", "jouw"} & set(words.lower().split())


def test_client_sentences_are_short():
    dutch = translated("nl")
    for message in sentences(CLIENT_PAGES):
        for sentence in dutch[message].replace("?", ".").split("."):
            assert len(sentence.split()) <= 12, sentence
