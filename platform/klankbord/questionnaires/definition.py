"""What a version of a questionnaire holds: items, and their words for everybody."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from klankbord.plugin import RespondentKind
from klankbord.questionnaires.models import Rendering

EVERYBODY = "everybody"
FORMAL_DUTCH = "nl@u"
FACES = (5, 4, 3, 2, 1)
HIGHEST = 10
LONGEST_WORDS = 2000
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_INSTEAD: Mapping[Rendering, tuple[Rendering, ...]] = {
    Rendering.STANDARD: (Rendering.STANDARD, Rendering.EASY, Rendering.PICTURES),
    Rendering.EASY: (Rendering.EASY, Rendering.STANDARD, Rendering.PICTURES),
    Rendering.PICTURES: (Rendering.PICTURES, Rendering.EASY, Rendering.STANDARD),
}


@dataclass(frozen=True)
class Listener:
    """To whom a text is said, and how."""

    kind: RespondentKind
    language: str
    formal: bool = False
    rendering: Rendering = Rendering.STANDARD
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages to look in, the best first; Dutch is always there."""
        if self.language == "nl" and self.formal:
            return (FORMAL_DUTCH, "nl")
        return (self.language,) if self.language == "nl" else (self.language, "nl")


@dataclass(frozen=True)
class Texts:
    """One text per respondent kind (or everybody), language and rendering."""

    said: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether there is any text at all."""
        return bool(self.said)

    def to(self, listener: Listener) -> str:
        """Return the text for this listener with the names filled in."""
        for language in listener.languages:
            for kind in (listener.kind.value, EVERYBODY):
                by_rendering = self.said.get(kind, {}).get(language, {})
                for rendering in _INSTEAD[listener.rendering]:
                    if rendering.value in by_rendering:
                        return fill(by_rendering[rendering.value], listener)
        raise KeyError(f"no text for {listener.kind} in Dutch")

    def renderings(self, kind: RespondentKind) -> frozenset[Rendering]:
        """Return the renderings in which this kind finds a Dutch text of its own."""
        found: set[str] = set()
        for who in (kind.value, EVERYBODY):
            found.update(self.said.get(who, {}).get("nl", {}))
        return frozenset(Rendering(name) for name in found)

    def walk(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (kind, language, rendering, text) of each text."""
        for kind, by_language in self.said.items():
            for language, by_rendering in by_language.items():
                for rendering, text in by_rendering.items():
                    yield kind, language, rendering, text


def fill(text: str, listener: Listener) -> str:
    """Put the names in their places.

    In right-to-left text a name is isolated, so that it does not turn its neighbours.
    """

    def name(match: re.Match[str]) -> str:
        value = listener.names[match[1]]
        return f"\u2068{value}\u2069" if listener.language in {"ar", "fa"} else value

    return PLACEHOLDER.sub(name, text)


class ItemKind(StrEnum):
    """How an item is answered."""

    SCALE = "scale"
    SLIDER = "slider"
    CHOICE = "choice"
    WORDS = "words"


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    value: str
    text: Texts


@dataclass(frozen=True)
class Item:
    """One question. `remark` is the limit of the words one may add; 0 is none."""

    key: str
    kind: ItemKind
    question: Texts
    picture: str = ""
    scale: str = ""
    low: Texts = field(default_factory=Texts)
    high: Texts = field(default_factory=Texts)
    options: tuple[Option, ...] = ()
    remark: int = 0
    remark_label: Texts = field(default_factory=Texts)
    limit: int = LONGEST_WORDS

    @property
    def words_limit(self) -> int:
        """Return how many characters this item takes; 0 when it takes no words."""
        return self.limit if self.kind is ItemKind.WORDS else self.remark


@dataclass(frozen=True)
class Definition:
    """A whole questionnaire in all its languages; `minutes` is about how long it takes.

    `scales` maps a name to the words of its five steps, by "5" to "1".
    """

    licence: str
    minutes: int
    languages: tuple[str, ...]
    respondents: tuple[RespondentKind, ...]
    placeholders: tuple[str, ...]
    title: Texts
    introduction: Texts
    items: tuple[Item, ...]
    scales: Mapping[str, Mapping[str, Texts]] = field(default_factory=dict)

    def item(self, key: str) -> Item | None:
        """Return the item with this key."""
        return next((item for item in self.items if item.key == key), None)

    def options(self, item: Item) -> tuple[Option, ...]:
        """Return what can be chosen: the steps of a scale (best first) or choices."""
        if item.kind is ItemKind.SCALE:
            steps = self.scales[item.scale]
            return tuple(Option(str(step), steps[str(step)]) for step in FACES)
        return item.options

    def renderings(self, kind: RespondentKind) -> tuple[Rendering, ...]:
        """Return the renderings that this kind can choose from."""
        found: set[Rendering] = set()
        for item in self.items:
            found |= item.question.renderings(kind)
        return tuple(rendering for rendering in Rendering if rendering in found)

    def places(self) -> Iterator[tuple[str, Texts]]:
        """Yield every place that holds words, with a name that stays the same."""
        yield "title", self.title
        yield "introduction", self.introduction
        for item in self.items:
            yield f"items.{item.key}.question", item.question
            for name, texts in (
                ("low", item.low),
                ("high", item.high),
                ("remark_label", item.remark_label),
            ):
                if texts:
                    yield f"items.{item.key}.{name}", texts
            for option in item.options:
                yield f"items.{item.key}.options.{option.value}", option.text
        for scale, steps in self.scales.items():
            for step in FACES:
                yield f"scales.{scale}.{step}", steps[str(step)]
