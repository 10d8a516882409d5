"""How every form about families is answered."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from klankbord.errors import Invalid, Overtaken
from klankbord.forms import Form, FormInvalid, beside, load, refused


def answer(
    schema: Schema,
    do: Callable[[dict[str, Any]], str],
    show: Callable[[Form], str],
) -> ResponseReturnValue:
    """Do what the form says and go to the address that this gives.

    What can't be used is shown again with all that was typed; what somebody else saved
    meanwhile stands beside it.
    """
    try:
        values = load(schema)
    except FormInvalid as error:
        return show(error.form), 422
    try:
        return redirect(do(dict(values)), 303)
    except Overtaken as error:
        return show(beside(values, error)), 409
    except Invalid as error:
        return show(refused(values, error)), 422


def options(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Return kinds and their message ids as pairs for a choice."""
    return [(kind.value, title) for kind, title in words.items()]
