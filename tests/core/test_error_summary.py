"""Above a form stands what is wrong with it: each sentence once for each field."""

import re

import pytest
from flask import render_template_string

from klankbord.forms import Form

SUMMARY = """{% from "macros/fields.html" import error_summary, text_field %}
{{ error_summary(form, labels) }}{{ text_field(form, "name", "Naam") }}"""


@pytest.fixture
def page(app):
    def render(errors, labels=()):
        with app.test_request_context():
            return render_template_string(
                SUMMARY, form=Form({}, errors), labels=dict(labels)
            )

    return render


def lines(page):
    """Return where each line of the summary leads, and what it says."""
    summary = page.partition("<ul>")[2].partition("</ul>")[0]
    return [
        ((re.findall(r'href="([^"]+)"', line) or [""])[0], re.sub("<[^>]+>", "", line))
        for line in re.findall(r"<li>(.*?)</li>", summary)
    ]


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ({"name": ["Kies.", "Kies."]}, [("#field-name", "Kies.")]),
        ({"name": "Kies."}, [("#field-name", "Kies.")]),
        ({"name": ["Te kort.", "Kies."]}, [("#field-name", "Te kort. Kies.")]),
        ({"": ["Kies."], "name": ["Kies."]}, [("#field-name", "Kies.")]),
        ({"name": ["Kies."], "": ["Kies."]}, [("#field-name", "Kies.")]),
        ({"": ["Nog niet."]}, [("", "Nog niet.")]),
        (
            {"": ["Nog niet."], "name": ["Kies."]},
            [("", "Nog niet."), ("#field-name", "Kies.")],
        ),
        (
            {"name": ["Kies."], "day": ["Kies."]},
            [("#field-name", "Kies."), ("#field-day", "Kies.")],
        ),
        ({"name": ["<b>1 & 2</b>"]}, [("#field-name", "&lt;b&gt;1 &amp; 2&lt;/b&gt;")]),
    ],
)
def test_the_summary_says_a_sentence_once_for_each_field(page, errors, told):
    assert lines(page(errors)) == told


def test_the_same_sentence_at_two_fields_is_told_apart_by_their_labels(page):
    errors = {"name": ["Kies."], "day": ["Kies.", "Kies."]}
    labels = {"name": "Naam", "day": "Welke dag?"}

    assert [said for _, said in lines(page(errors, labels))] == [
        "Naam: Kies.",
        "Welke dag? Kies.",
    ]


def test_beside_the_field_a_sentence_stands_once_too(page):
    beside = page({"name": ["Kies.", "Kies."]}).partition('id="field-name-error"')[2]
    assert beside.count("Kies.") == 1


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": "Karin"}, True),
        ({}, False),
        ({"name": "", "day": None}, False),
        ({"password": "geheim", "present": "geheim", "again": "x"}, False),
        ({"version": 1, "next": "/start"}, False),
    ],
)
def test_only_what_is_still_there_is_said_to_be_there(app, values, told):
    with app.test_request_context():
        form = Form(values, {"name": ["Kies."]})
        page = render_template_string(SUMMARY, form=form, labels={})

    assert ("Wat je invulde, is er nog." in page) is told


def test_without_a_fault_there_is_no_summary(page):
    assert "kb-error-summary" not in page({})
