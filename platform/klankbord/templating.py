"""What every template may use beside the names of a request: assets and a few filters.

The built assets carry a hash in their name, so a browser may keep them for ever.
"""

import json
from functools import cache
from importlib.resources import files
from uuid import uuid4

from flask import Flask, url_for
from flask_babel import gettext

ONE_YEAR = 365 * 24 * 3600
FAVICON = "favicon.svg"


def init_templates(app: Flask) -> None:
    """Give the templates `asset(...)` and the filters that the macros need."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["idempotency_key"] = lambda: str(uuid4())
    app.jinja_env.filters["initials"] = initials
    app.jinja_env.filters["translated"] = translated


def asset(name: str) -> str:
    """Return the address of a built file, by its plain name in the manifest."""
    return url_for("static", filename=_manifest()[name])


def initials(name: str) -> str:
    """Return the first letter of a name's first and last word: "Karin de Wit" is KW."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def translated(message: str) -> str:
    """Return a message id in the reader's language, as plain text that is escaped.

    Unlike `_()` in a template, which trusts its text, this may be given a sentence that
    holds something a person typed.
    """
    return str(gettext(message))


@cache
def _manifest() -> dict[str, str]:
    manifest = files("klankbord").joinpath("static", "manifest.json").read_text("utf-8")
    names: dict[str, str] = json.loads(manifest)["files"]
    return names
