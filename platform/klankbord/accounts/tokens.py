"""Secrets that nobody keeps: made anew from a row's id whenever they are needed.

A link in a mail, the code on a letter and a fresh code exist on paper, in a mailbox and
in somebody's hands only. Rows hold a hash at most.
"""

import hashlib
import hmac
from uuid import UUID

# No look-alikes: no 0 O, 1 I L, 5 S, 2 Z, 8 B, U V.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
LETTER_CHARACTERS = 12
CODE_DIGITS = 6

_secrets: list[bytes] = []


def use_secret(secret_key: str) -> None:
    """Set this installation's secret, from which all others here are made."""
    _secrets[:] = [
        hashlib.sha256(b"klankbord.accounts|" + secret_key.encode()).digest()
    ]


def link_token(tenant_id: UUID, row_id: UUID, generation: int = 1) -> str:
    """Return the token in a mailed link to a row: 43 characters, fit for a path."""
    made = _make("link", tenant_id, row_id, generation)
    return _spell(made, "abcdefghijkmnpqrstuvwxyz23456789", 43)


def letter_token(tenant_id: UUID, row_id: UUID, generation: int) -> str:
    """Return the code on a printed letter, as it is compared: twelve characters."""
    made = _make("letter", tenant_id, row_id, generation)
    return _spell(made, ALPHABET, LETTER_CHARACTERS)


def grouped(token: str) -> str:
    """Return a letter's code as people read it: in groups of four."""
    return "-".join(token[start : start + 4] for start in range(0, len(token), 4))


def typed_letter_token(typed: str) -> str:
    """Return a code as typed from a letter in the form it is compared in."""
    return typed_code(typed).upper()


def fresh_code(tenant_id: UUID, code_id: UUID) -> str:
    """Return the six digits that belong to a row of fresh codes."""
    made = _make("code", tenant_id, code_id, 1)
    return f"{int.from_bytes(made[:16]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def typed_code(typed: str) -> str:
    """Return a code as it is compared: without spaces and dashes."""
    return "".join(sign for sign in typed if sign.isalnum())


def sealed(what: str, tenant_id: UUID, value: str) -> bytes:
    """Return what may be kept of a short secret: useless without our secret."""
    return _mac(what, tenant_id.hex, value)


def same(one: str | bytes, other: str | bytes) -> bool:
    """Compare in a time that tells nothing."""
    left, right = (x.encode() if isinstance(x, str) else x for x in (one, other))
    return hmac.compare_digest(left, right)


def _make(kind: str, tenant_id: UUID, row_id: UUID, generation: int) -> bytes:
    return _mac(kind, tenant_id.hex, row_id.hex, str(generation))


def _mac(*parts: str) -> bytes:
    if not _secrets:
        raise RuntimeError("use_secret(...) first")
    return hmac.new(_secrets[0], "|".join(parts).encode(), hashlib.sha256).digest()


def _spell(secret: bytes, alphabet: str, length: int) -> str:
    number = int.from_bytes(secret)
    signs = []
    for _ in range(length):
        number, position = divmod(number, len(alphabet))
        signs.append(alphabet[position])
    return "".join(signs)
