"""How an organisation is described: a folder `tenants/<slug>/`, data and no code.

`tenant.toml` says what it is, `theme.css` and `logo.png` how it looks, `texts/*.toml`
what it says in its own words. Anything unknown is refused, with a sentence.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from klankbord.i18n import LANGUAGE_NAMES
from klankbord.plugin import Plugin
from klankbord.tenants.texts import BY_NAME, text_fault
from klankbord.tenants.theme import ThemeInvalid, parse, readable, to_tokens

HOST = r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$"  # noqa: E501
SLUG = r"^[a-z][a-z0-9-]{1,30}$"


class DescriptionInvalid(ValueError):
    """The description can't be used; the message says which part and what to do."""


class PluginEntry(Schema):
    """`[plugins.<name>]`: being there means the organisation may use it."""

    on = fields.Boolean(load_default=False)
    settings = fields.Dict(keys=fields.String(), load_default=dict)


class TenantToml(Schema):
    """`tenant.toml`."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    hosts = fields.List(
        fields.String(validate=validate.Regexp(HOST)),
        required=True,
        validate=validate.Length(1, 20),
    )
    languages = fields.List(
        fields.String(validate=validate.OneOf(LANGUAGE_NAMES)),
        required=True,
        validate=validate.Length(1),
    )
    formal = fields.Boolean(load_default=False)
    time_zone = fields.String(
        load_default="Europe/Amsterdam",
        validate=validate.OneOf(available_timezones()),
    )
    phone_numbers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 60)),
        values=fields.String(validate=validate.Regexp(r"^[+0-9][0-9 -]{2,20}$")),
        load_default=dict,
    )
    plugins = fields.Dict(
        keys=fields.String(), values=fields.Nested(PluginEntry), load_default=dict
    )


@dataclass(frozen=True)
class Description:
    """An organisation as its folder describes it, checked."""

    slug: str
    name: str
    hosts: tuple[str, ...]
    languages: tuple[str, ...]
    formal: bool
    time_zone: ZoneInfo
    phone_numbers: Mapping[str, str]
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    theme: Mapping[str, str] = field(default_factory=dict)
    logo: bytes | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def read(folder: Path, plugins: Mapping[str, Plugin]) -> Description:
    """Read a folder.

    Raises:
        DescriptionInvalid: a file is missing, unreadable, or says something unknown.

    """
    loaded = _load(folder / "tenant.toml")
    for name, entry in loaded["plugins"].items():
        _check_plugin(name, entry, plugins)
    loaded["time_zone"] = ZoneInfo(loaded["time_zone"])
    loaded["hosts"] = tuple(loaded["hosts"])
    loaded["languages"] = tuple(loaded["languages"])
    return Description(
        slug=_slug(folder),
        theme=_theme(folder / "theme.css"),
        logo=_bytes(folder / "logo.png"),
        texts=_texts(folder / "texts"),
        **loaded,
    )


def _slug(folder: Path) -> str:
    slug = folder.resolve().name
    try:
        validate.Regexp(SLUG)(slug)
    except ValidationError as error:
        raise DescriptionInvalid(
            f"{slug}: a tenant's folder is named with small letters, digits and dashes."
        ) from error
    return slug


def _load(path: Path) -> dict[str, Any]:
    document = _toml(path)
    try:
        loaded: dict[str, Any] = TenantToml().load(document)
    except ValidationError as error:
        raise DescriptionInvalid(f"{path.name}: {_sentence(error.messages)}") from error
    return loaded


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise DescriptionInvalid(f"{path} is missing.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DescriptionInvalid(f"{path.name} can't be read: {error}.") from error


def _sentence(messages: Any) -> str:  # noqa: ANN401 - marshmallow nests as it likes
    if isinstance(messages, dict):
        return " ".join(
            f"{name}: {_sentence(found)}" for name, found in messages.items()
        )
    return " ".join(str(message) for message in messages)


def _check_plugin(
    name: str, entry: dict[str, Any], plugins: Mapping[str, Plugin]
) -> None:
    if name not in plugins:
        known = ", ".join(plugins) or "none"
        raise DescriptionInvalid(f"plugins.{name}: not installed. Installed: {known}.")
    schema = plugins[name].settings
    if schema is None:
        if entry["settings"]:
            raise DescriptionInvalid(f"plugins.{name}.settings: it has no settings.")
        return
    try:
        entry["settings"] = schema().dump(schema().load(entry["settings"]))
    except ValidationError as error:
        raise DescriptionInvalid(
            f"plugins.{name}.settings: {_sentence(error.messages)}"
        ) from error


def _theme(path: Path) -> Mapping[str, str]:
    if not path.exists():
        return {}
    try:
        return to_tokens(readable(parse(path.read_text("utf-8"))))
    except ThemeInvalid as error:
        raise DescriptionInvalid(f"{path.name}: {error}") from error


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _texts(folder: Path) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, text in _toml(path).items():
            texts[key] = _text(f"{path.name}: {key}", key, text)
    return texts


def _text(place: str, key: str, text: object) -> str:
    if key not in BY_NAME:
        known = ", ".join(BY_NAME)
        raise DescriptionInvalid(f"{place} is unknown. Known: {known}.")
    if not isinstance(text, str):
        raise DescriptionInvalid(f"{place} must be a text.")
    fault = text_fault(BY_NAME[key], text)
    if fault:
        raise DescriptionInvalid(f"{place}: {fault}")
    return text
