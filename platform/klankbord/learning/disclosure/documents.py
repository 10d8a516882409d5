"""JSON from outside, held against a schema of ours; one sentence says what is wrong.

The two schemas beside this file say what a table and a release look like. The `title`
of each part is what a person reads when something else stands there, so what is asked
and what is said about it cannot drift apart.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NoReturn

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE = "table.schema.json"
RELEASE = "release.schema.json"

_LONGEST_QUOTE = 40


class Unreadable(ValueError):
    """What was given is no table or no release; the message says what was expected."""


def load(text: str | bytes, schema: str) -> dict[str, Any]:
    """Return the document that a text holds, of the form that the schema asks.

    Raises Unreadable when it is no JSON, or another form.
    """
    try:
        document = _json(text)
        error = next(_validator(schema).iter_errors(document), None)
    except RecursionError as deep:
        raise Unreadable("Fewer lists inside lists were expected.") from deep
    if error is not None:
        raise Unreadable(_sentence(error))
    checked: dict[str, Any] = document
    return checked


@cache
def schema(name: str) -> dict[str, Any]:
    """Return a schema that this package ships."""
    text = (files(__package__) / name).read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        (each, Resource.from_contents(schema(each))) for each in (TABLE, RELEASE)
    )
    return Draft202012Validator(schema(name), registry=registry)


def _json(text: str | bytes) -> Any:  # noqa: ANN401 - JSON may hold anything
    """Read JSON as its standard says, so without NaN, and each field once."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(
            text,
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_each_once,
        )
    except UnicodeDecodeError as error:
        raise Unreadable("JSON in UTF-8 was expected, not these bytes.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"JSON was expected; it goes wrong at {place}.") from error
    except Unreadable:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise Unreadable("Numbers of fewer digits were expected.") from error


def _no_number(found: str) -> NoReturn:
    raise Unreadable(f"Numbers were expected, and {found} is none.")


def _finite(found: str) -> float:
    number = float(found)
    if number in (float("inf"), float("-inf")):
        raise Unreadable(f"Numbers were expected that are smaller than {found}.")
    return number


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(f"The field {_quoted(twice)} was expected once, not twice.")
    return document


def _sentence(error: ValidationError) -> str:
    """Say where a document is wrong, what was expected there and what was found."""
    asked: Any = error.schema
    instance: Any = error.instance
    match error.validator:
        case "required":
            name = next(each for each in asked["required"] if each not in instance)
            place = place_of([*error.absolute_path, name])
            return f"{place}: {asked['properties'][name]['title']} was expected."
        case "additionalProperties":
            known = asked["properties"]
            name = next(each for each in instance if each not in known)
            place = place_of([*error.absolute_path, name])
            return f"{place}: no such field was expected; known: {', '.join(known)}."
        case "uniqueItems":
            twice = next(each for each in instance if instance.count(each) > 1)
            found = f"{_found(twice)} twice"
        case "maximum":
            found = f"{_found(instance)}, which is too large"
        case _:
            found = _found(instance)
    place = place_of(error.absolute_path) or "The document"
    return f"{place}: {asked['title']} was expected, not {found}."


def place_of(path: Iterable[str | int]) -> str:
    """Write down a place in a document: `organisations[2].cells[0][1].n`."""
    parts = (
        f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}" for step in path
    )
    return "".join(parts).removeprefix(".")


def _found(value: object) -> str:
    match value:
        case []:
            return "an empty list"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "an object"
        case _:
            return _shortened(json.dumps(value))


def _quoted(name: str) -> str:
    return _shortened(name if name.isidentifier() else json.dumps(name))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
