"""Passwords of staff: which are refused, and how they are kept.

What leaked elsewhere, rows of keys, repeats, dates and names are found by zxcvbn, which
carries a list of 30,000 leaked passwords and estimates how many guesses one needs. It
knows no Dutch, so the words that people here use stand in `dutch_words.txt`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from zxcvbn_rs_py import zxcvbn

from klankbord.errors import N_

LONGEST = 200
_NOT_A_LETTER = re.compile(r"[\W\d_]+")

# OWASP's second choice: as strong as its first, with 19 MiB instead of 46 for each of a
# web worker's threads.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def check_password(
    password: str, *, known_words: Iterable[str], second_factor: bool
) -> list[str]:
    """Return the message ids of what is wrong with a new password; empty is good.

    At least 15 characters, or 8 for somebody with a second factor. `known_words` are
    what others know of this person: names, address, organisation. One of those, or a
    common Dutch word, with digits and marks around it is refused; so is what takes too
    few guesses.
    """
    password = _normal(password)
    if len(password) > LONGEST:
        return [N_("Use at most 200 characters.")]
    if len(password) < (8 if second_factor else 15):
        return [
            N_("Use at least 8 characters.")
            if second_factor
            else N_("Use at least 15 characters. A sentence of your own works well.")
        ]
    words = [word for known in known_words for word in _words_of(known)]
    words += dutch_words()
    letters = _NOT_A_LETTER.sub("", password).casefold()
    guesses = zxcvbn(password, words).guesses
    if letters in words or guesses < (10**8 if second_factor else 10**10):
        return [N_("This password is easy to guess. Choose other words.")]
    return []


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(_normal(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Say whether this is the password; takes as long when there is no account.

    `stored` is None when nobody has that address, or no password yet.
    """
    try:
        _HASHER.verify(stored or _nobodys_hash(), _normal(password))
    except VerifyMismatchError:
        return False
    return stored is not None


@cache
def dutch_words() -> list[str]:
    """Return the Dutch words that are guessed first, the most common one first."""
    text = files(__package__).joinpath("dutch_words.txt").read_text(encoding="utf-8")
    return text.split()


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")


def _words_of(known: str) -> list[str]:
    """Return a name whole and in parts: each is a guess."""
    parts = _NOT_A_LETTER.split(_normal(known).casefold())
    return ["".join(parts), *(part for part in parts if len(part) > 2)]


def _normal(password: str) -> str:
    """Make one text of what keyboards write in several ways, such as é."""
    writable = password.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFKC", writable)
