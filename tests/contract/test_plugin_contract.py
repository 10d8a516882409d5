"""The contract is described field by field, and what would hurt is refused at start."""

import dataclasses
import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from klankbord import plugin as contract
from klankbord.permissions import Permission, Role
from klankbord.plugin import DataSubject, MailKind, Plugin, Schedule, TaskKind
from klankbord.web import check_views, needs

ROOT = Path(__file__).parents[2]
README = ROOT / "plugins" / "README.md"
SEE = Permission("planted.see", "See", frozenset({Role.WORKER}))


KEEPER = DataSubject(export=lambda *_: {}, erase=lambda *_: None)


class OwnBase(DeclarativeBase):
    """Keeps the planted tables out of the product's schema."""


class Fitting(OwnBase):
    __tablename__ = "planted_thing"
    id: Mapped[int] = mapped_column(primary_key=True)


class Misnamed(OwnBase):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)


def described() -> dict[str, list[str]]:
    """The fields that the readme describes, by the name of their class."""
    sections = re.split(r"^### `(\w+)`$", README.read_text("utf-8"), flags=re.MULTILINE)
    pairs = zip(sections[1::2], sections[2::2], strict=True)
    row = re.compile(r"^\| `(\w+)` \| \S.* \|$", re.MULTILINE)
    return {name: row.findall(text) for name, text in pairs}


def test_the_readme_describes_every_field_of_the_contract_and_no_other():
    written = {
        name: [field.name for field in dataclasses.fields(found)]
        for name, found in vars(contract).items()
        if dataclasses.is_dataclass(found) and found.__module__ == contract.__name__
    }
    assert "Plugin" in written
    assert described() == written


def plugin(**parts: object) -> Plugin:
    """A plugin that is sound but for these parts."""
    sound = {
        "permissions": (SEE,),
        "models": (Fitting,),
        "migrations": "planted.migrations",
        "data_subject": KEEPER,
    }
    return Plugin(name="planted", title="Planted", **(sound | parts))


def test_a_sound_plugin_is_accepted():
    assert plugin().name == "planted"


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"models": (Misnamed,)}, "table 'thing' must start with"),
        (
            {"permissions": (Permission("see", "See", frozenset()),)},
            "'see' must start with",
        ),
        (
            {"permissions": (Permission("plantedmore.see", "See", frozenset()),)},
            "'plantedmore.see' must start with",
        ),
        ({"schedules": (Schedule("tidy", print),)}, "'tidy' must start with"),
        (
            {"tasks": (TaskKind("do", "Do", "planted.do", "x"),)},
            "'do' must start with",
        ),
        ({"mails": (MailKind("hello", print),)}, "'hello' must start with"),
        ({"data_subject": None}, "cannot export or erase"),
        ({"migrations": ""}, "no migrations"),
    ],
)
def test_a_plugin_that_would_hurt_later_is_refused_at_start(parts, says):
    with pytest.raises(ValueError, match=says):
        plugin(**parts)


def app_with(view: object) -> Flask:
    pages = Blueprint("planted", __name__)
    pages.add_url_rule("/planted/<uuid:thing_id>", "see", view)
    app = Flask(__name__)
    app.extensions["klankbord-plugins"] = {"planted": plugin(blueprints=(pages,))}
    app.register_blueprint(pages)
    return app


def test_a_view_that_says_what_it_needs_and_shows_an_example_is_accepted():
    @needs(SEE, example={"thing_id": "planted_thing"})
    def see(thing_id):
        return str(thing_id)

    check_views(app_with(see))


def test_a_view_without_a_permission_is_refused_at_start():
    def see(thing_id):
        return str(thing_id)

    with pytest.raises(TypeError, match=r"planted.see: add @needs"):
        check_views(app_with(see))


def test_an_id_in_a_route_without_an_example_is_refused_at_start():
    @needs(SEE)
    def see(thing_id):
        return str(thing_id)

    with pytest.raises(TypeError, match="thing_id"):
        check_views(app_with(see))


def test_a_page_with_a_permission_of_another_is_refused_at_start():
    elsewhere = Permission("people.see", "See", frozenset({Role.WORKER}))

    @needs(elsewhere, example={"thing_id": "planted_thing"})
    def see(thing_id):
        return str(thing_id)

    with pytest.raises(TypeError, match="needs a permission of planted, not of people"):
        check_views(app_with(see))
