"""What a definition must hold, and what the forms of the pages may bring."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates,
    validates_schema,
)

from klankbord.errors import N_
from klankbord.plugin import RespondentKind
from klankbord.questionnaires.definition import (
    EVERYBODY,
    FACES,
    FORMAL_DUTCH,
    LONGEST_WORDS,
    PLACEHOLDER,
    Definition,
    Item,
    ItemKind,
    Option,
    Texts,
)
from klankbord.questionnaires.models import Rendering

LANGUAGES = ("nl", FORMAL_DUTCH, "en", "ar")
LONGEST_TEXT = 600
CHOOSE_LANGUAGE = N_("Choose one of the languages.")
NO_PASSWORD = N_("Type your password.")
NO_TEXT = N_("Fill in a text.")
TOO_LONG = N_("This text is too long.")
UNKNOWN_PLACEHOLDER = N_(
    "This text has a name between %( )s that does not exist. Use only the names that"
    " stand above the texts."
)
KEY = validate.Regexp(re.compile(r"^[a-z][a-z0-9_]*\Z"))


class TextsField(fields.Dict):
    """Texts by respondent kind, language and rendering."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - marshmallow's own
        text = fields.String(
            validate=validate.And(
                validate.Length(max=LONGEST_TEXT, error=TOO_LONG),
                validate.Regexp(r"(?s).*\S", error=NO_TEXT),
            )
        )
        kinds = [EVERYBODY, *(kind.value for kind in RespondentKind)]
        renderings = [rendering.value for rendering in Rendering]
        super().__init__(
            keys=fields.String(validate=validate.OneOf(kinds)),
            values=fields.Dict(
                keys=fields.String(validate=validate.OneOf(LANGUAGES)),
                values=fields.Dict(
                    keys=fields.String(validate=validate.OneOf(renderings)),
                    values=text,
                ),
            ),
            **kwargs,
        )

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        said = super()._deserialize(*args, **kwargs)  # type: ignore[no-untyped-call]  # marshmallow has no types here
        return Texts(said)


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class OptionSchema(_Strict):
    """A choice."""

    value = fields.String(required=True, validate=KEY)
    text = TextsField(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Option:
        """Return the option."""
        return Option(**data)


class ItemSchema(_Strict):
    """An item; each kind has fields of its own."""

    key = fields.String(required=True, validate=KEY)
    kind = fields.Enum(ItemKind, by_value=True, required=True)
    question = TextsField(required=True)
    picture = fields.String(validate=validate.Regexp(r"^[a-z-]*\Z"))
    scale = fields.String()
    low = TextsField()
    high = TextsField()
    options = fields.List(fields.Nested(OptionSchema), validate=validate.Length(2, 8))
    remark = fields.Integer(validate=validate.Range(0, LONGEST_WORDS))
    remark_label = TextsField()
    limit = fields.Integer(validate=validate.Range(1, LONGEST_WORDS))

    @validates_schema
    def fits_its_kind(self, data: dict[str, Any], **_: object) -> None:
        """Refuse an item that can't be answered as its kind says."""
        wanted = {
            ItemKind.SCALE: {"scale"},
            ItemKind.SLIDER: {"low", "high"},
            ItemKind.CHOICE: {"options"},
            ItemKind.WORDS: set(),
        }[data["kind"]]
        all_kinds = {"scale", "low", "high", "options"}
        given = {name for name in all_kinds if data.get(name)}
        if given != wanted:
            needs = ", ".join(sorted(wanted)) or "none of scale, low, high, options"
            raise ValidationError(f"a {data['kind']} item needs {needs}")

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Item:
        """Return the item."""
        data["options"] = tuple(data.get("options", ()))
        return Item(**data)


class DefinitionSchema(_Strict):
    """A questionnaire: whole in each of its languages for each of its respondents."""

    licence = fields.String(required=True, validate=validate.Length(min=1))
    minutes = fields.Integer(required=True, validate=validate.Range(2, 60))
    languages = fields.List(
        fields.String(validate=validate.OneOf([*LANGUAGES])), required=True
    )
    respondents = fields.List(
        fields.Enum(RespondentKind, by_value=True),
        required=True,
        validate=validate.Length(min=1),
    )
    placeholders = fields.List(fields.String(validate=KEY), load_default=list)
    title = TextsField(required=True)
    introduction = TextsField(required=True)
    items = fields.List(
        fields.Nested(ItemSchema), required=True, validate=validate.Length(1, 40)
    )
    scales = fields.Dict(
        keys=fields.String(validate=KEY),
        values=fields.Dict(
            keys=fields.String(validate=validate.OneOf([str(step) for step in FACES])),
            values=TextsField(),
            validate=validate.Length(equal=len(FACES)),
        ),
        load_default=dict,
    )

    @validates_schema(skip_on_field_errors=True)
    def is_whole(self, data: dict[str, Any], **_: object) -> None:
        """Refuse a definition with a gap; name each place."""
        keys = [item.key for item in data["items"]]
        if len(keys) != len(set(keys)):
            raise ValidationError("two items have the same key", "items")
        for item in data["items"]:
            if item.scale and item.scale not in data["scales"]:
                raise ValidationError(f"no scale is called {item.scale}", "scales")
        if "nl" not in data["languages"]:
            raise ValidationError("Dutch is always one of them", "languages")
        found = dict(_faults(_make(data)))
        if found:
            raise ValidationError({name: [words] for name, words in found.items()})

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Definition:
        """Return the definition."""
        return _make(data)


def _make(data: Mapping[str, Any]) -> Definition:
    several = ("languages", "respondents", "placeholders", "items")
    return Definition(**{**data, **{name: tuple(data[name]) for name in several}})


def _faults(definition: Definition) -> Iterator[tuple[str, str]]:
    for place, texts in definition.places():
        for kind, language, rendering, text in texts.walk():
            if set(PLACEHOLDER.findall(text)) - set(definition.placeholders):
                yield f"{place}.{kind}.{language}.{rendering}", UNKNOWN_PLACEHOLDER
        for respondent in definition.respondents:
            for language in definition.languages:
                if not any(
                    texts.said.get(who, {}).get(language)
                    for who in (respondent.value, EVERYBODY)
                ):
                    yield f"{place}.{respondent.value}.{language}", NO_TEXT


class AnswerForm(_Strict):
    """An answer as a page sends it; the item decides what fits."""

    answer = fields.String()
    words = fields.String()
    skip = fields.String()
    back = fields.String()
    rendering = fields.Enum(Rendering, by_value=True)
    then = fields.String(validate=validate.OneOf(["check"]))


class BeginForm(_Strict):
    """Nothing but the wish to begin."""


class PassPhoneForm(_Strict):
    """In which of the organisation's languages the client reads."""

    language = fields.String(required=True)

    def __init__(self, languages: Sequence[str]) -> None:
        super().__init__()
        self._languages = frozenset(languages)

    @validates("language")
    def is_offered(self, value: str, **_: object) -> None:
        """Refuse a language that the organisation does not speak."""
        if value not in self._languages:
            raise ValidationError(CHOOSE_LANGUAGE)


class UnlockForm(_Strict):
    """The password of the member of staff who passed on the phone."""

    password = fields.String(required=True, error_messages={"required": NO_PASSWORD})
