"""An organisation's look: what is taken, what is refused, what can be read."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.tenants.theme import (
    TOKENS,
    Theme,
    ThemeInvalid,
    contrast,
    contrast_faults,
    from_tokens,
    parse,
    render,
    to_tokens,
)

ROOT = Path(__file__).parents[3]
SHEETS = sorted((ROOT / "tenants").glob("*/theme.css"))


@pytest.fixture
def theme() -> Theme:
    return parse((ROOT / "tenants" / "wsg" / "theme.css").read_text("utf-8"))


def english(message: str, **values: str) -> str:
    return message % values if values else message


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.parent.name)
def test_every_theme_that_ships_can_be_read_by_everybody(sheet):
    assert contrast_faults(parse(sheet.read_text("utf-8"))) == ()


def test_three_themes_ship_and_each_looks_different():
    themes = {parse(sheet.read_text("utf-8")) for sheet in SHEETS}
    assert len(themes) == len(SHEETS) == 3


def test_pages_without_an_organisation_can_be_read_too():
    sheet = (ROOT / "platform/klankbord/assets/css/tokens.css").read_text("utf-8")
    own = sheet[sheet.index("--brand-heading-font") : sheet.index("--kb-font")]
    assert contrast_faults(parse(f":root {{ {own} }}")) == ()


def test_a_theme_comes_back_the_same_from_its_stylesheet_and_its_tokens(theme):
    assert parse(render(theme)) == theme
    assert from_tokens(to_tokens(theme)) == theme


def test_a_colour_in_capitals_is_the_same_colour(theme):
    tokens = to_tokens(theme) | {"brand-data-1": "#0D5F57"}
    assert from_tokens(tokens).data_1 == "#0d5f57"


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("brand-data-1", "red"),
        ("brand-data-1", "#fff"),
        ("brand-data-1", "#0d5f5g"),
        ("brand-data-1", "#0d5f57; } body { display: none"),
        ("brand-data-1", "url(//example.org/x)"),
        ("brand-data-1", "var(--x)"),
        ("brand-data-1", "#0d5f57\n"[:-1] + "\u0660"),
        ("brand-radius", "29px"),
        ("brand-radius", "1000px"),
        ("brand-radius", "1rem"),
        ("brand-radius", "-1px"),
        ("brand-radius", "calc(1px)"),
        ("brand-heading-font", "Comic Sans MS"),
        ("brand-heading-font", 'Andika", url(x'),
    ],
)
def test_a_value_that_is_not_from_the_list_is_refused_by_name(theme, token, value):
    with pytest.raises(ThemeInvalid) as refused:
        from_tokens(to_tokens(theme) | {token: value})
    (fault,) = refused.value.faults
    assert fault.values["name"]
    assert fault.words(english)


@pytest.mark.parametrize("radius", ["0px", "28px", "999px"])
def test_corners_may_be_square_round_or_a_pill(theme, radius):
    tokens = to_tokens(theme) | {"brand-button-radius": radius}
    assert from_tokens(tokens).button_radius == radius


def test_a_missing_and_an_unknown_token_are_both_told(theme):
    tokens = to_tokens(theme)
    del tokens["brand-data-2"]
    tokens["brand-shadow"] = "#000000"
    with pytest.raises(ThemeInvalid) as refused:
        from_tokens(tokens)
    told = {fault.words(english) for fault in refused.value.faults}
    assert told == {
        "brand-shadow is not part of a theme. Leave it out.",
        "Second colour of charts is missing.",
    }


@pytest.mark.parametrize(
    "sheet",
    [
        "",
        "body { color: red }",
        "@import url(x); :root { }",
        ":root { color: red }",
        ":root { } * { display: none }",
    ],
)
def test_a_stylesheet_that_is_more_than_tokens_is_refused(sheet):
    with pytest.raises(ThemeInvalid):
        parse(sheet)


@given(st.dictionaries(st.sampled_from(sorted(TOKENS)), st.text(), min_size=1))
def test_no_text_gets_into_the_stylesheet_but_what_the_list_allows(values):
    known = to_tokens(parse(SHEETS[0].read_text("utf-8")))
    try:
        sheet = render(from_tokens(known | values))
    except ThemeInvalid:
        return
    assert sheet.count("{") == sheet.count("}") == 1
    assert sheet.count(";") == len(TOKENS)


def test_the_contrast_of_two_colours_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#123456", "#123456") == 1


def test_words_that_are_hard_to_read_are_named_with_both_colours_and_the_ratio(theme):
    faults = contrast_faults(replace(theme, on_button="#777777", button="#ffffff"))
    told = [fault.words(english) for fault in faults]
    assert (
        "Words on buttons on Buttons is hard to read: the contrast is 4.4 to 1,"
        " at least 4.5 to 1 is needed. Make one of the two darker or lighter." in told
    )


@pytest.mark.parametrize(
    ("name", "colour", "words"),
    [
        ("data_2", "#ffc45c", "Second colour of charts on Cards is hard to see"),
        ("border", "#dddddd", "Borders of fields on Page is hard to see"),
        ("muted", "#999999", "Quiet text on Warm surface is hard to read"),
        ("link", "#4db6ac", "Links on Tinted surface is hard to read"),
        ("tint", "#0d4f4a", "Text of errors on Tinted surface is hard to read"),
    ],
)
def test_every_kind_of_pair_is_measured(theme, name, colour, words):
    faults = contrast_faults(replace(theme, **{name: colour}))
    assert any(fault.words(english).startswith(words) for fault in faults)


def test_every_token_has_a_title_that_an_admin_understands():
    titles = [one.metadata["title"] for one in fields(Theme)]
    assert len(set(titles)) == len(TOKENS) == len(titles)
