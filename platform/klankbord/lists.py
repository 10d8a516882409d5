"""Lists on pages of staff: searched, paged, sorted and downloaded in one way.

Words that people look for are names. An address keeps them in a browser's history and
in the logs of what stands between, so they stand in it encrypted.
"""

import csv
import io
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from urllib.parse import urlencode
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from klankbord.context import Context
from klankbord.forms import OUR_OWN
from klankbord.permissions import Permission

PER_PAGE = 50
MOST_SEARCHED = 100
_NIL = UUID(int=0)
_NONCE_BYTES = 12
# What a spreadsheet takes for the start of a formula, also after white space or a BOM.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CELL = re.compile(r"<(tr|th|td)\b")
_IGNORED = " \t\r\n\v\f\u00a0\u200b\u2060\ufeff"


@dataclass(frozen=True)
class Page:
    """Which rows of how many are shown, and where the others are."""

    first: int
    last: int
    total: int
    previous_url: str
    next_url: str


def search(
    ctx: Context, permission: Permission, endpoint: str, name: str
) -> ResponseReturnValue:
    """Send the person to the list they searched, its address without a legible word.

    `name` is the field with the words; the other fields stand in the address as they
    are. Only the same person at the same organisation can read the words back.
    """
    ctx.require(permission)
    choices = {
        field: value
        for field, value in request.form.items()
        if value.strip() and field not in OUR_OWN
    }
    if name in choices:
        choices[name] = _hidden(ctx, choices[name].strip()[:MOST_SEARCHED])
    return redirect(_with(choices, url_for(endpoint)), 303)


def asked(ctx: Context, name: str) -> dict[str, str]:
    """Return what the address asks of a list, with the words of `search` read back.

    Words that `search` did not put there for this person are no words at all.
    """
    return {**request.args.to_dict(), name: _read_back(ctx, request.args.get(name, ""))}


def _hidden(ctx: Context, words: str) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + _key().encrypt(nonce, words.encode(), _whose(ctx))
    return urlsafe_b64encode(sealed).decode()


def _read_back(ctx: Context, text: str) -> str:
    try:
        sealed = urlsafe_b64decode(text.encode())
        nonce, words = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return _key().decrypt(nonce, words, _whose(ctx)).decode()
    except (ValueError, InvalidTag):
        return ""


def _whose(ctx: Context) -> bytes:
    return f"{ctx.tenant_id}|{ctx.actor.account_id}".encode()


def _key() -> AESGCM:
    return _key_of(current_app.config["SECRET_KEY"])


@cache
def _key_of(secret: str) -> AESGCM:
    return AESGCM(sha256(b"klankbord.lists|" + secret.encode()).digest())


def labelled(rows: Markup, titles: Sequence[str]) -> Markup:
    """Return the rows of a table with a column's title at each cell.

    On a phone a row is a card whose cells stand under each other; the roles keep it a
    row for who listens to the page.
    """
    labels = [escape(title) for title in titles]
    left = iter(labels)

    def label(found: re.Match[str]) -> str:
        nonlocal left
        if found[1] == "tr":
            left = iter(labels)
            return '<tr role="row"'
        role = "rowheader" if found[1] == "th" else "cell"
        return f'<{found[1]} role="{role}" data-label="{next(left, "")}"'

    return Markup(_CELL.sub(label, rows))  # noqa: S704 - markup before and after


def page_number() -> int:
    """Return the page that the address asks for, the first by default."""
    asked = request.args.get("page", "")
    usable = asked.isascii() and asked.isdigit() and len(asked) < 7
    return max(int(asked), 1) if usable else 1


def page_of(total: int, *, per_page: int = PER_PAGE) -> Page:
    """Return the page that the address asks for, of so many rows."""
    number = page_number()
    first, last = (number - 1) * per_page + 1, min(number * per_page, total)
    return Page(
        first=min(first, total),
        last=last,
        total=total,
        previous_url=here(page=str(number - 1)) if number > 1 else "",
        next_url=here(page=str(number + 1)) if last < total else "",
    )


def here(**changes: str) -> str:
    """Return the address of this list with some of its choices changed."""
    choices: dict[str, str] = {**request.args.to_dict(), **changes}
    address = url_for(request.endpoint or "", **(request.view_args or {}))
    return _with(choices, address)


def beside(endpoint: str) -> str:
    """Return the address of another page with the choices of this list: its file."""
    return _with(request.args.to_dict(), url_for(endpoint))


def _with(choices: Mapping[str, str], address: str) -> str:
    # Not as parameters of url_for(), where "_scheme" and "endpoint" have a meaning.
    return f"{address}?{urlencode(choices)}" if choices else address


def row_url(endpoint: str, name: str) -> str:
    """Return the address of a row's own page, with `%s` where its id goes.

    Building one address and filling it in for each row is ten times as fast.
    """
    return _row_url(request.script_root, endpoint, name)


@cache
def _row_url(_root: str, endpoint: str, name: str) -> str:
    address = url_for(endpoint, **{name: _NIL})  # type: ignore[arg-type]  # the route's own parameter
    return address.replace("%", "%%").replace(str(_NIL), "%s")


def columns(
    titles: Iterable[tuple[str, str]], *, numbers: Sequence[str] = ()
) -> list[tuple[str, str, str, bool]]:
    """Return the heads of the macro `table` for (title, name to sort by or "").

    The address holds `sort=name`, or `sort=-name` for the other way round.
    """
    asked = request.args.get("sort", "")
    return [
        (
            title,
            here(sort=f"-{name}" if asked == name else name, page="1") if name else "",
            {name: "ascending", f"-{name}": "descending"}.get(asked, "")
            if name
            else "",
            name in numbers,
        )
        for title, name in titles
    ]


def csv_file(
    name: str, head: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response:
    """Return the rows as a download that spreadsheets open as text, never as formulas.

    With semicolons and a BOM, as spreadsheets here expect.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(head)
    writer.writerows([plain(value) for value in row] for row in rows)
    response = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def plain(value: object) -> object:
    """Return a cell that no spreadsheet runs."""
    if isinstance(value, str) and value.strip(_IGNORED).startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
