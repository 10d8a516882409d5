"""Read and change what an organisation says of itself; its admin only."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.editing import take
from klankbord.errors import N_, Invalid, Overtaken
from klankbord.i18n import LANGUAGE_NAMES
from klankbord.organisation.permissions import CHANGE
from klankbord.people.access import PARENTS_READ_YOUNG
from klankbord.tenants.image import make_logo
from klankbord.tenants.models import TenantProfile
from klankbord.tenants.revision import raise_revision
from klankbord.tenants.texts import TEXTS, text_fault
from klankbord.tenants.theme import (
    KLANKBORD,
    TOKENS,
    Theme,
    from_tokens,
    readable,
    to_tokens,
)

MOST_NUMBERS = 10
DUTCH_STAYS = N_("Dutch always stays on: every page exists in Dutch.")
WRONG_NUMBER = N_(
    "Write each number on a line of its own, such as: Client office: 088 000 10 00."
)
TOO_MANY_NUMBERS = N_("Keep it to ten numbers: people must find the right one.")
_NUMBER = re.compile(r"[+0-9][0-9 -]{2,20}")

Values = Mapping[str, Any]
# The fields of a form, as somebody would have typed what is stored.
Typed = Callable[[TenantProfile], dict[str, Any]]


def read_look(ctx: Context) -> dict[str, Any]:
    """Return the theme in force by field of the form, and its version."""
    return _read(ctx, _look)


def read_texts(ctx: Context) -> dict[str, Any]:
    """Return the organisation's own texts by name, and their version."""
    return _read(ctx, _texts)


def read_facts(ctx: Context) -> dict[str, Any]:
    """Return the facts by field of the form, and their version."""
    return _read(ctx, _facts)


def theme_of(values: Values) -> Theme:
    """Return the theme that the fields of the form make.

    Raises:
        ThemeInvalid: a value is missing or unusable.

    """
    return from_tokens({token: values[name] for token, name in TOKENS.items()})


def change_look(ctx: Context, version: int, theme: Theme) -> None:
    """Keep a theme that everybody can read.

    Raises:
        ThemeInvalid: two of its colours are too much alike.
        Overtaken: somebody else changed the look in the meantime.

    """
    ctx.require(CHANGE)
    tokens = to_tokens(readable(theme))
    row = _take(ctx, version, _look)
    row.theme = tokens
    _tell(ctx, row)


def change_logo(ctx: Context, upload: bytes) -> None:
    """Make the logo anew from an uploaded image.

    Raises:
        Invalid: it is too large, or no image.

    """
    ctx.require(CHANGE)
    logo = make_logo(upload)
    row = _whole(ctx)
    row.logo = logo
    _tell(ctx, row)


def reset_look(ctx: Context) -> None:
    """Go back to the colours, corners and font that Klankbord begins with."""
    row = _whole(ctx)
    row.theme = {}
    _tell(ctx, row)


def remove_logo(ctx: Context) -> None:
    """Go back to the sign of Klankbord."""
    row = _whole(ctx)
    row.logo = None
    _tell(ctx, row)


def change_texts(ctx: Context, version: int, texts: Mapping[str, str]) -> None:
    """Keep the organisation's own texts; an empty one means Klankbord's own.

    Raises:
        Invalid: a text is too long, or holds an unknown placeholder.
        Overtaken: somebody else changed the texts in the meantime.

    """
    ctx.require(CHANGE)
    faults = {text.name: text_fault(text, texts[text.name]) for text in TEXTS}
    wrong = {name: fault for name, fault in faults.items() if fault}
    if wrong:
        raise Invalid(**wrong)
    row = _take(ctx, version, _texts)
    row.texts = {name: words for name, words in texts.items() if words.strip()}
    _tell(ctx, row)


def change_facts(ctx: Context, version: int, facts: Values) -> None:
    """Keep name, form of address, languages, numbers, time zone and policy.

    Raises:
        Invalid: Dutch is left out, or a line holds no telephone number.
        Overtaken: somebody else changed them in the meantime.

    """
    ctx.require(CHANGE)
    numbers = phone_numbers(facts["phone_numbers"])
    if "nl" not in facts["languages"]:
        raise Invalid(DUTCH_STAYS, languages=DUTCH_STAYS)
    row = _take(ctx, version, _facts)
    row.name = facts["name"].strip()
    row.formal = facts["address_form"] == "u"
    row.languages = [code for code in LANGUAGE_NAMES if code in facts["languages"]]
    row.phone_numbers = list(numbers.items())
    row.time_zone = facts["time_zone"]
    row.policies = row.policies | {PARENTS_READ_YOUNG: facts["parents_read_young"]}
    _tell(ctx, row)


def phone_numbers(typed: str) -> dict[str, str]:
    """Return whose number is which, from lines such as "Reception: 088 000 10 00".

    Raises:
        Invalid: a line is something else, or there are more than ten.

    """
    numbers: dict[str, str] = {}
    for line in filter(str.strip, typed.splitlines()):
        whose, _, number = (part.strip() for part in line.rpartition(":"))
        if not 0 < len(whose) <= 60 or not _NUMBER.fullmatch(number):
            raise Invalid(WRONG_NUMBER, phone_numbers=WRONG_NUMBER)
        numbers[whose] = number
    if len(numbers) > MOST_NUMBERS:
        raise Invalid(TOO_MANY_NUMBERS, phone_numbers=TOO_MANY_NUMBERS)
    return numbers


def _read(ctx: Context, typed: Typed) -> dict[str, Any]:
    ctx.require(CHANGE)
    row = ctx.session.scalars(select(TenantProfile)).one()
    return {"version": row.version, **typed(row)}


def has_own_look(ctx: Context) -> tuple[bool, bool]:
    """Say whether the organisation has a theme and a logo of its own."""
    ctx.require(CHANGE)
    row = ctx.session.execute(
        select(TenantProfile.theme, TenantProfile.logo.is_not(None))
    ).one()
    return bool(row[0]), bool(row[1])


def _whole(ctx: Context) -> TenantProfile:
    ctx.require(CHANGE)
    return ctx.session.scalars(select(TenantProfile).with_for_update()).one()


def _take(ctx: Context, version: int, typed: Typed) -> TenantProfile:
    """Return the row to change; who was overtaken is shown the fields of the form."""
    ctx.require(CHANGE)
    row_id = ctx.session.scalars(select(TenantProfile.id)).one()
    try:
        return take(ctx, TenantProfile, row_id, version, ())
    except Overtaken as error:
        row = ctx.get(TenantProfile, row_id)
        raise Overtaken(error.version, typed(row)) from error


def _tell(ctx: Context, row: TenantProfile) -> None:
    raise_revision(ctx)
    record(ctx, None, Category.SETTINGS, Action.UPDATE, Ground.ROLE, object_id=row.id)


def _look(row: TenantProfile) -> dict[str, Any]:
    tokens = row.theme or to_tokens(KLANKBORD)
    return {name: tokens[token] for token, name in TOKENS.items()}


def _texts(row: TenantProfile) -> dict[str, Any]:
    return {text.name: row.texts.get(text.name, "") for text in TEXTS}


def _facts(row: TenantProfile) -> dict[str, Any]:
    return {
        "name": row.name,
        "address_form": "u" if row.formal else "je",
        "languages": list(row.languages),
        "phone_numbers": "\n".join(
            f"{whose}: {number}" for whose, number in row.phone_numbers
        ),
        "time_zone": row.time_zone,
        "parents_read_young": bool(row.policies.get(PARENTS_READ_YOUNG, False)),
    }
