"""A sheet as PDF: the first style that fits on one page, and nothing from elsewhere."""

import re

import pytest
from flask import render_template_string
from sheets import pages, unpacked

from klankbord.printing import can_print, pdf_of

LARGE, SMALL = 20, 10
STYLES = [f"p {{ font-size: {size}pt; margin: 0 }}" for size in (LARGE, SMALL)]
# One page has room for about twenty lines of the large type and forty of the small.
SHEET = """
{% extends "layouts/print.html" %}
{% block title %}Afspraken{% endblock %}
{% block sheet %}<p>Ayşe Łukasz</p>{% endblock %}
"""


def sheet(lines: int) -> str:
    text = "<p>Zo werkt het voor ons.</p>" * lines
    return f'<html lang="nl"><head><title>x</title></head><body>{text}</body></html>'


def sizes(pdf: bytes) -> set[int]:
    """Return the sizes of the type in a PDF, in points."""
    found = re.findall(rb"([\d.]+) Tf", unpacked(pdf))
    return {round(float(size) * 3 / 4) for size in found}


def test_this_machine_can_print():
    assert can_print()


@pytest.mark.parametrize(
    ("lines", "used", "count"),
    [(10, LARGE, 1), (40, SMALL, 1), (150, SMALL, 4)],
    ids=["fits in the first style", "fits in the smaller", "fits in none"],
)
def test_a_sheet_is_printed_in_the_first_style_that_fits_on_one_page(
    lines, used, count
):
    pdf = pdf_of(sheet(lines), styles=STYLES)
    assert (sizes(pdf), pages(pdf)) == ({used}, count)


@pytest.mark.parametrize(
    ("lines", "used"), [(10, 20), (30, 16), (38, 12), (48, 10), (65, 8), (200, 6)]
)
def test_of_many_styles_the_largest_that_fits_is_found(lines, used):
    styles = [
        f"p {{ font-size: {size}pt; line-height: 1.3; margin: 0 }}"
        for size in (20, 16, 12, 10, 8, 6)
    ]
    assert sizes(pdf_of(sheet(lines), styles=styles)) == {used}


def test_a_sheet_fetches_nothing_from_elsewhere(caplog):
    html = (
        '<html lang="nl"><title>x</title><img src="http://127.0.0.1:9/x.png" alt="x">'
    )
    assert pdf_of(html, styles=STYLES).startswith(b"%PDF-")
    assert "disallowed protocol" in caplog.text


@pytest.mark.parametrize("page", [False, True])
def test_one_template_is_the_page_to_print_and_the_pdf(app, caplog, page):
    with app.test_request_context():
        html = render_template_string(SHEET, as_pdf=not page)
    assert "<p>Ayşe Łukasz</p>" in html
    assert ("Print deze pagina" in html) == page
    assert ('rel="stylesheet"' in html) == page
    if not page:
        inside = unpacked(pdf_of(html, styles=STYLES))
        assert b"+Andika-Extended" in inside
        assert caplog.text == ""
