"""The questionnaires of the installed plugins, and the files they ship."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from marshmallow import ValidationError

from klankbord.context import NOT_FOUND
from klankbord.errors import NotFound
from klankbord.plugin import Plugin, Questionnaire
from klankbord.questionnaires.schemas import DefinitionSchema


@dataclass(frozen=True)
class Shipped:
    """A questionnaire as its plugin brings it; `hash` names this very wording."""

    plugin: str
    questionnaire: Questionnaire
    definition: Mapping[str, Any]
    hash: str


_shipped: dict[str, Shipped] = {}


def use_questionnaires(plugins: Mapping[str, Plugin]) -> None:
    """Read the files of these plugins: once a process, when the app is made.

    Raises:
        ValueError: a file has a fault, or two plugins use the same key.

    """
    found: dict[str, Shipped] = {}
    for plugin in plugins.values():
        for questionnaire in plugin.questionnaires:
            if questionnaire.key in found:
                raise ValueError(f"two questionnaires are called {questionnaire.key}")
            found[questionnaire.key] = read_shipped(plugin.name, questionnaire)
    _shipped.clear()
    _shipped.update(found)


def read_shipped(plugin: str, questionnaire: Questionnaire) -> Shipped:
    """Return what the plugin's file holds, checked.

    Raises:
        ValueError: names the file and each fault.

    """
    path = files(questionnaire.package).joinpath(questionnaire.path)
    definition = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        DefinitionSchema().load(definition)
    except ValidationError as error:
        raise ValueError(f"{questionnaire.path}: {error.messages}") from error
    return Shipped(plugin, questionnaire, definition, digest(definition))


def digest(definition: Mapping[str, Any]) -> str:
    """Return a name for this very wording: another word, another name."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def shipped(key: str) -> Shipped:
    """Return the questionnaire with this key, or raise `NotFound`."""
    found = _shipped.get(key)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def all_shipped() -> tuple[Shipped, ...]:
    """Return every questionnaire of the installed plugins, in key order."""
    return tuple(_shipped[key] for key in sorted(_shipped))
