"""How an organisation looks: twenty validated tokens, and nothing else.

A tenant never gives free CSS. What it gives is read here, checked token by token and
pair by pair, and written out again by us. The names are those of NL Design System's
`--basis-*` layer; `assets/css/bridge.css` maps them to its components.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from klankbord.errors import N_

HEADING_FONTS = ("Andika", "Lexend")
LARGEST_RADIUS = 28
PILL = 999

TEXT_RATIO = 4.5
CONTROL_RATIO = 3.0
ERROR_COLOUR = "#a3201d"

NOT_A_COLOUR = N_("%(name)s: write a colour as # and six digits, such as #0d4f4a.")
NOT_A_FONT = N_("%(name)s: choose one of %(fonts)s.")
NOT_A_RADIUS = N_("%(name)s: write a size from 0px to 28px, or 999px for round.")
UNKNOWN_TOKEN = N_("%(name)s is not part of a theme. Leave it out.")
MISSING_TOKEN = N_("%(name)s is missing.")
UNREADABLE = N_("The theme holds something else than a list of tokens.")
HARD_TO_READ = N_(
    "%(front)s on %(back)s is hard to read: the contrast is %(ratio)s to 1,"
    " at least %(needed)s to 1 is needed. Make one of the two darker or lighter."
)
HARD_TO_SEE = N_(
    "%(front)s on %(back)s is hard to see: the contrast is %(ratio)s to 1,"
    " at least %(needed)s to 1 is needed. Make one of the two darker or lighter."
)

Translate = Callable[..., str]

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_RADIUS = re.compile(r"(\d{1,3})px")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SHEET = re.compile(r"\s*:root\s*\{(?P<body>[^{}]*)\}\s*")
_DECLARATION = re.compile(r"\s*--([a-z0-9-]+)\s*:\s*([^:;]+?)\s*")


def _token(name: str, title: str) -> str:
    """Declare a field of the theme with its CSS name and what an admin calls it."""
    declared: str = field(metadata={"token": name, "title": title})
    return declared


@dataclass(frozen=True)
class ThemeFault:
    """One thing that is wrong with a theme, to be told in the reader's language."""

    message_id: str
    values: Mapping[str, str]

    def words(self, translate: Translate) -> str:
        """Return the sentence; titles of tokens among the values are translated too."""
        told = {name: translate(value) for name, value in self.values.items()}
        return translate(self.message_id, **told)


class ThemeInvalid(ValueError):
    """What was given is no theme; `faults` says everything that is wrong with it."""

    def __init__(self, faults: tuple[ThemeFault, ...]) -> None:
        super().__init__("; ".join(fault.words(_in_english) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Theme:
    """The whole look of one organisation, each value in its canonical form."""

    heading_font: str = _token("brand-heading-font", N_("Font of headings"))
    band: str = _token("basis-color-accent-1-inverse-bg-default", N_("Header"))
    on_band: str = _token(
        "basis-color-accent-1-inverse-color-default", N_("Words in the header")
    )
    tint: str = _token("basis-color-accent-1-bg-subtle", N_("Tinted surface"))
    tint_border: str = _token(
        "basis-color-accent-1-border-default", N_("Borders of small tools")
    )
    warm: str = _token("basis-color-accent-2-bg-default", N_("Warm highlight"))
    warm_tint: str = _token("basis-color-accent-2-bg-subtle", N_("Warm surface"))
    button: str = _token("basis-color-action-1-inverse-bg-default", N_("Buttons"))
    button_hover: str = _token(
        "basis-color-action-1-inverse-bg-hover", N_("Buttons and links under the mouse")
    )
    on_button: str = _token(
        "basis-color-action-1-inverse-color-default", N_("Words on buttons")
    )
    link: str = _token("basis-color-action-1-color-default", N_("Links"))
    page: str = _token("basis-color-default-bg-document", N_("Page"))
    surface: str = _token("basis-color-default-bg-default", N_("Cards"))
    text: str = _token("basis-color-default-color-default", N_("Text"))
    muted: str = _token("basis-color-default-color-subtle", N_("Quiet text"))
    line: str = _token("basis-color-default-border-subtle", N_("Lines"))
    border: str = _token("basis-color-default-border-default", N_("Borders of fields"))
    radius: str = _token("brand-radius", N_("Corners of cards"))
    button_radius: str = _token("brand-button-radius", N_("Corners of buttons"))
    data_1: str = _token("brand-data-1", N_("First colour of charts"))
    data_2: str = _token("brand-data-2", N_("Second colour of charts"))


# The look of an organisation without a theme; assets/css/tokens.css holds it too.
KLANKBORD = Theme(
    heading_font="Andika",
    band="#2f4858",
    on_band="#ffffff",
    tint="#e6eef2",
    tint_border="#5a7686",
    warm="#ffd75e",
    warm_tint="#fff6dc",
    button="#24566f",
    button_hover="#173e52",
    on_button="#ffffff",
    link="#1d5069",
    page="#f7f7f5",
    surface="#ffffff",
    text="#1c2429",
    muted="#4b585f",
    line="#d9dcdd",
    border="#6c797f",
    radius="10px",
    button_radius="10px",
    data_1="#24566f",
    data_2="#a8641d",
)
TOKENS = {one.metadata["token"]: one.name for one in fields(Theme)}
TITLES = {one.name: str(one.metadata["title"]) for one in fields(Theme)}
FONTS = {"heading_font"}
RADII = {"radius", "button_radius"}
SURFACES = ("page", "surface", "tint", "warm_tint")


def parse(stylesheet: str) -> Theme:
    """Return the theme of a `theme.css`: one `:root { … }` with the twenty-one tokens.

    Raises:
        ThemeInvalid: for anything else, comments excepted.

    """
    sheet = _SHEET.fullmatch(_COMMENT.sub("", stylesheet))
    if sheet is None:
        raise ThemeInvalid((ThemeFault(UNREADABLE, {}),))
    tokens: dict[str, str] = {}
    for declaration in sheet["body"].split(";"):
        if not declaration.strip():
            continue
        match = _DECLARATION.fullmatch(declaration)
        if match is None:
            raise ThemeInvalid((ThemeFault(UNREADABLE, {}),))
        tokens[match[1]] = match[2]
    return from_tokens(tokens)


def from_tokens(tokens: Mapping[str, str]) -> Theme:
    """Return the theme of a mapping from CSS name, without dashes in front, to value.

    Raises:
        ThemeInvalid: with a fault for each unknown, missing or unusable token.

    """
    faults = [
        ThemeFault(UNKNOWN_TOKEN, {"name": name}) for name in tokens.keys() - TOKENS
    ]
    values: dict[str, str] = {}
    for token, name in TOKENS.items():
        if token not in tokens:
            faults.append(ThemeFault(MISSING_TOKEN, {"name": TITLES[name]}))
            continue
        values[name] = tokens[token].strip().strip("\"'")
        faults.extend(_value_faults(name, values))
    if faults:
        raise ThemeInvalid(tuple(faults))
    return Theme(**values)


def to_tokens(theme: Theme) -> dict[str, str]:
    """Return what `from_tokens` takes, for keeping in the database."""
    return {token: getattr(theme, name) for token, name in TOKENS.items()}


def render(theme: Theme) -> str:
    """Return the stylesheet that a page of this organisation loads."""
    lines = [
        f'  --{token}: "{value}";'
        if TOKENS[token] in FONTS
        else f"  --{token}: {value};"
        for token, value in to_tokens(theme).items()
    ]
    return "\n".join([":root {", *lines, "}", ""])


def contrast_faults(theme: Theme) -> tuple[ThemeFault, ...]:
    """Return each pair that somebody could not read or see, with its ratio.

    Words need 4.5 to 1, controls and charts 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
    """
    faults = []
    for front, back, needed in _pairs():
        ratio = contrast(_colour(theme, front), _colour(theme, back))
        if ratio < needed:
            values = {
                "front": TITLES.get(front, N_("Text of errors")),
                "back": TITLES[back],
                # Rounded down, so that 4.46 is not told as 4.5.
                "ratio": f"{math.floor(ratio * 10) / 10:.1f}",
                "needed": f"{needed:.1f}",
            }
            kind = HARD_TO_READ if needed == TEXT_RATIO else HARD_TO_SEE
            faults.append(ThemeFault(kind, values))
    return tuple(faults)


def readable(theme: Theme) -> Theme:
    """Return the theme when everybody can read and see it.

    Raises:
        ThemeInvalid: with each pair of colours that is too much alike.

    """
    faults = contrast_faults(theme)
    if faults:
        raise ThemeInvalid(faults)
    return theme


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _value_faults(name: str, values: dict[str, str]) -> Iterator[ThemeFault]:
    """Yield what is wrong with one value; a colour is made lower case in place."""
    value = values[name]
    if name in FONTS:
        if value not in HEADING_FONTS:
            fonts = ", ".join(HEADING_FONTS)
            yield ThemeFault(NOT_A_FONT, {"name": TITLES[name], "fonts": fonts})
    elif name in RADII:
        match = _RADIUS.fullmatch(value)
        if match is None or PILL != int(match[1]) > LARGEST_RADIUS:
            yield ThemeFault(NOT_A_RADIUS, {"name": TITLES[name]})
    else:
        values[name] = value.lower()
        if _COLOUR.fullmatch(values[name]) is None:
            yield ThemeFault(NOT_A_COLOUR, {"name": TITLES[name]})


def _pairs() -> Iterator[tuple[str, str, float]]:
    yield "on_band", "band", TEXT_RATIO
    yield "on_button", "button", TEXT_RATIO
    yield "on_button", "button_hover", TEXT_RATIO
    yield "text", "warm", TEXT_RATIO
    for back in SURFACES:
        for front in ("text", "muted", "link", "button_hover", "error"):
            yield front, back, TEXT_RATIO
        yield "button", back, CONTROL_RATIO
    for back in ("page", "surface"):
        for front in ("border", "tint_border", "data_1", "data_2"):
            yield front, back, CONTROL_RATIO


def _colour(theme: Theme, name: str) -> str:
    return ERROR_COLOUR if name == "error" else str(getattr(theme, name))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _in_english(message_id: str, **values: str) -> str:
    return message_id % values if values else message_id
