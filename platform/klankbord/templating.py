"""What every template may use beside the names of a request: assets and a few filters.

The built assets carry a hash in their name, so a browser may keep them for ever.
"""

import json
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from uuid import uuid4

from babel import dates
from babel.lists import format_list
from flask import Flask, url_for
from flask_babel import (
    format_date,
    format_time,
    get_locale,
    gettext,
    to_user_timezone,
)

from klankbord.i18n import speaking

ONE_YEAR = 365 * 24 * 3600
FAVICON = "favicon.svg"
CLOCKS = {"nl": "HH:mm 'uur'"}
COMMAS = {"ar": "\u060c", "fa": "\u060c"}


def init_templates(app: Flask) -> None:
    """Give the templates `asset(...)` and the filters that the macros need."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["comma"] = comma
    app.jinja_env.globals["idempotency_key"] = lambda: str(uuid4())
    app.jinja_env.filters["dateformat"] = date_in
    app.jinja_env.filters["datetimeformat"] = datetime_in
    app.jinja_env.filters["initials"] = initials
    app.jinja_env.filters["translated"] = translated
    app.jinja_env.filters["first_name"] = first_name
    app.jinja_env.filters["weekdays"] = weekdays
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["weekday"] = weekday
    app.jinja_env.filters["moment"] = moment


def asset(name: str) -> str:
    """Return the address of a built file, by its plain name in the manifest."""
    return url_for("static", filename=asset_file(name))


def asset_file(name: str) -> str:
    """Return the name of a built file in the folder `static`, by its plain name."""
    return built_files()[name]


def date_in(when: date, pattern: str = "medium") -> str:
    """Return a day by a pattern of CLDR: "d MMM y" gives "26 nov. 2026"."""
    if isinstance(when, datetime):
        when = to_user_timezone(when)
    return _written_date(when, pattern, speaking()[0])


def datetime_in(when: datetime, pattern: str = "medium") -> str:
    """Return a moment by a pattern of CLDR, where the organisation is."""
    return _written_datetime(to_user_timezone(when), pattern, speaking()[0])


# Lists show the same days again and again; writing one out costs 30 microseconds.
@lru_cache(maxsize=4096)
def _written_date(when: date, pattern: str, language: str) -> str:
    return str(dates.format_date(when, pattern, locale=language))


@lru_cache(maxsize=4096)
def _written_datetime(when: datetime, pattern: str, language: str) -> str:
    return str(
        dates.format_datetime(when, pattern, tzinfo=when.tzinfo, locale=language)
    )


def initials(name: str) -> str:
    """Return the first letter of a name's first and last word: "Karin de Wit" is KW."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def first_name(name: str) -> str:
    """Return how people call somebody: "Karin" for "Karin de Wit"."""
    return name.split(maxsplit=1)[0] if name.strip() else ""


def weekdays(days: str) -> str:
    """Return days of the week in full: "1245" is "maandag, dinsdag, …"; else as it is.

    1 is Monday, as in ISO 8601.
    """
    if not days or set(days) - set("1234567"):
        return days
    names = get_locale().days["format"]["wide"]
    return str(format_list([names[int(day) - 1] for day in days], locale=get_locale()))


def translated(message: str) -> str:
    """Return a message id in the reader's language, as plain text that is escaped.

    Unlike `_()` in a template, which trusts its text, this may be given a sentence that
    holds something a person typed.
    """
    return str(gettext(message))


def day(when: date) -> str:
    """Return a day in full, without the day of the week: "26 november 2026"."""
    return str(format_date(when, "d MMMM y"))


def weekday(when: date) -> str:
    """Return "donderdag 26 november", with the year when it is not this year."""
    this_year = format_date(None, "y") == format_date(when, "y")
    return str(format_date(when, "EEEE d MMMM" if this_year else "EEEE d MMMM y"))


def comma() -> str:
    """Return the comma of the reader's script: that of Arabic leans the other way."""
    return COMMAS.get(str(get_locale()), ",")


def moment(when: datetime) -> str:
    """Return "donderdag 26 november, 15:00 uur", where the organisation is."""
    time = format_time(when, CLOCKS.get(str(get_locale()), "HH:mm"))
    return f"{weekday(when)}{comma()} {time}"


@cache
def built_files() -> dict[str, str]:
    """Return the name of each built file in the folder `static`, by its plain name."""
    manifest = files("klankbord").joinpath("static", "manifest.json").read_text("utf-8")
    names: dict[str, str] = json.loads(manifest)["files"]
    return names
