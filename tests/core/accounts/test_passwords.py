"""Which passwords are refused, and that their owner alone gets in."""

import unicodedata

import pytest

from klankbord.accounts import passwords
from klankbord.accounts.passwords import (
    check_password,
    dutch_words,
    hash_password,
    verify_password,
)

KNOWN = ["Jeugdhulp Noord", "Fatima Voorbeeld", "f.voorbeeld@jeugdhulpnoord.test"]
EASY = ["This password is easy to guess. Choose other words."]


def check(password: str, *, second_factor: bool = True) -> list[str]:
    return check_password(password, known_words=KNOWN, second_factor=second_factor)


def test_without_a_second_factor_fifteen_characters_are_needed():
    assert check("mok9Vuur-lamp!", second_factor=False) == [
        "Use at least 15 characters. A sentence of your own works well."
    ]
    assert check("mok9Vuur-lamp!!", second_factor=False) == []


def test_with_a_second_factor_eight_characters_are_enough():
    assert check("Xk9#mQ2") == ["Use at least 8 characters."]
    assert check("Xk9#mQ2v") == []


def test_a_password_longer_than_a_page_of_text_is_refused():
    assert check("mok vuur lamp " * 20) == ["Use at most 200 characters."]


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "trustno1trustno1",
        "Welkom2026!",
        "Welkom01",
        "wachtwoord!!!!!!",
        "Zomer2026",
        "Lente2025!!",
        "2025herfst#",
        "qwertyuiop",
        "asdfghjkl12345",
        "1qaz2wsx3edc",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345",
        "Winter2025Winter2025",
        "19-03-1985",
    ],
)
def test_what_everybody_chooses_is_refused(password: str):
    assert check(password) == EASY


@pytest.mark.parametrize(
    "password", ["JeugdhulpNoord2026!", "Voorbeeld-2026", "fatima12345!", "Jeugdhulp#9"]
)
def test_the_names_of_the_person_and_the_organisation_are_refused(password: str):
    assert check(password) == EASY


@pytest.mark.parametrize(
    "password",
    ["paard-lamp-regen-stoel", "het gras is hier groener", "mok9Vuur lampkastje"],
)
@pytest.mark.parametrize("second_factor", [True, False])
def test_a_few_words_of_ones_own_are_good(password: str, second_factor: bool):
    assert check(password, second_factor=second_factor) == []


def test_what_a_second_factor_makes_enough_may_be_too_weak_alone():
    password = "amsterdam-01-01-1990"

    assert check(password, second_factor=False) == EASY


@pytest.mark.parametrize("password", ["", "\0" * 20, "é" * 20, "👪" * 10, "\ud800" * 8])
def test_no_password_makes_the_check_fail(password: str):
    assert check(password) != []


def test_the_dutch_words_are_in_lower_case_and_each_there_once():
    words = dutch_words()

    assert len(words) > 200
    assert len(words) == len(set(words))
    assert all(word == word.casefold() for word in words)


def test_only_the_right_password_is_accepted():
    stored = hash_password("paard-lamp-regen-stoel")

    assert verify_password(stored, "paard-lamp-regen-stoel")
    assert not verify_password(stored, "paard-lamp-regen-stoe")
    assert "paard" not in stored


def test_nobody_gets_in_without_an_account_or_a_password():
    assert not verify_password(None, "nobody has this password")


def test_a_letter_typed_on_another_keyboard_is_the_same_letter():
    stored = hash_password(unicodedata.normalize("NFD", "één-lamp-regen-stoel"))

    assert verify_password(stored, unicodedata.normalize("NFC", "één-lamp-regen-stoel"))


def test_a_missing_account_costs_the_same_work_as_a_wrong_password(
    monkeypatch: pytest.MonkeyPatch,
):
    """Counted as calls of argon2 with equal parameters; time is never measured."""
    asked: list[str] = []
    verify = passwords._HASHER.verify

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            asked.append(stored.rsplit("$", 2)[0])
            return verify(stored, password)

    stored = hash_password("paard-lamp-regen-stoel")
    verify_password(None, "warm up")
    monkeypatch.setattr(passwords, "_HASHER", Counting())

    verify_password(stored, "iets anders dan dat")
    verify_password(None, "iets anders dan dat")

    assert len(asked) == 2
    assert asked[0] == asked[1]
