"""Texts for clients stay easy: no words that failed real users, no long sentences."""

import re
import tomllib

import pytest
from tests.contract.test_translations import (
    ROOMS,
    SHARED,
    catalogue,
    is_for_clients,
    sentences,
)

# The first two failed real users; the others are words of offices, not of families.
WORDS_THAT_FAIL = (
    "afdoeningstermijn",
    "cliëntondersteuner",
    "aangaande",
    "authenticatie",
    "autorisatie",
    "beschikking",
    "betreffende",
    "betrokkene",
    "bsn",
    "casus",
    "casuïstiek",
    "conform",
    "derden",
    "dossier",
    "echter",
    "evaluatie",
    "functionaris",
    "gebruiker",
    "indien",
    "inzake",
    "middels",
    "momenteel",
    "omtrent",
    "onderhavig",
    "onvoldoende",
    "rapportage",
    "respondent",
    "review",
    "tenant",
    "teneinde",
    "tevens",
    "traject",
    "valideren",
    "verwerken",
    "verwerking",
)
FAILS = re.compile(rf"\b(?:{'|'.join(WORDS_THAT_FAIL)})(?:s|en)?\b", re.IGNORECASE)
MOST_WORDS = 20
END_OF_A_SENTENCE = re.compile(r"(?<=[.?!:])\s+")


def faults(text):
    """Return what is too hard in a text, in words."""
    found = [f"{word!r} in {text!r}" for word in FAILS.findall(text)]
    for sentence in END_OF_A_SENTENCE.split(text):
        length = len(sentence.split())
        if length > MOST_WORDS:
            found.append(f"{length} words: {sentence!r}")
    return found


def shown_to_clients():
    """Return every message id on a page, in a mail or in an answer for clients."""
    shown = {
        sentence
        for room in ROOMS
        for file, sentence in sentences(room)
        if is_for_clients(room, file)
    }
    return shown.union(*SHARED.values())


def texts_for_clients(language):
    shown = shown_to_clients()
    for folder in ROOMS.values():
        for sentence, message in catalogue(folder, language).items():
            if sentence in shown:
                words = message.string
                yield from [words] if isinstance(words, str) else words


def texts_of_questionnaires():
    """Return the Dutch of every questionnaire that is shipped."""

    def dutch(entry, inside):
        for name, value in entry.items():
            if isinstance(value, dict):
                yield from dutch(value, inside or name in {"nl", "nl@u"})
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, dict):
                        yield from dutch(item, inside)
            elif inside and isinstance(value, str):
                yield value

    for folder in ROOMS.values():
        for path in folder.glob("*.toml"):
            yield from dutch(tomllib.loads(path.read_text()), inside=False)


@pytest.mark.parametrize("language", ["nl", "nl@u"])
def test_what_clients_read_is_easy(language):
    texts = list(texts_for_clients(language))
    assert len(texts) > 50
    assert [fault for text in texts for fault in faults(text)] == []


def test_the_questions_are_easy():
    texts = list(texts_of_questionnaires())
    assert len(texts) > 50
    assert [fault for text in texts for fault in faults(text)] == []


def test_hard_words_and_long_sentences_are_found():
    assert faults("Wat is de afdoeningstermijn?")
    assert faults("Vraag het aan de Cliëntondersteuners.")
    assert faults(" ".join(["woord"] * 21) + ".")
    assert not faults(" ".join(["woord"] * 20) + ". Dit is kort.")
    assert not faults("Vraag het aan de klachtenfunctionaris.")
