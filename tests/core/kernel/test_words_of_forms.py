"""What the form library says with a number in it is said in the reader's language."""

import pytest
from flask import g
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, validate

from klankbord.forms import messages

WRONG = {
    "short": (validate.Length(min=3), "a", "minstens 3"),
    "long": (validate.Length(max=3), "aaaa", "hoogstens 3"),
    "between": (validate.Length(2, 3), "a", "2 tot en met 3"),
    "exact": (validate.Length(equal=3), "a", "precies 3"),
    "low": (validate.Range(min=3), 1, "3 of meer"),
    "high": (validate.Range(max=3), 9, "3 of minder"),
    "too low": (validate.Range(min=3, min_inclusive=False), 3, "meer dan 3"),
    "too high": (validate.Range(max=3, max_inclusive=False), 3, "minder dan 3"),
    "outside": (validate.Range(1, 3), 9, "van 1 tot en met 3"),
    "unknown": (validate.OneOf(["a", "b"]), "c", "Kies een van"),
    "another": (validate.Equal("a"), "b", "niet wat er moet staan: a"),
}


@pytest.fixture
def speaking(app):
    """Give a way to speak a language."""
    with app.test_request_context():

        def speak(language):
            g.language = language

        yield speak


def told(rule, value):
    schema = Schema.from_dict({"x": fields.Raw(validate=rule)})()
    with pytest.raises(ValidationError) as error:
        schema.load({"x": value})
    [message] = messages(error.value)["x"]
    return message


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_rule_with_a_number_speaks_the_readers_language(speaking, wrong):
    rule, value, words = wrong
    speaking("nl")
    assert words in told(rule, value)
    speaking("ar")
    said = told(rule, value)
    latin = [sign for sign in said if "a" <= sign.lower() <= "z"]
    assert latin in ([], ["a"])  # what has to be typed stays as it is


def test_what_somebody_typed_is_never_taken_for_a_rule(speaking):
    speaking("nl")
    error = ValidationError({"x": ["Fill this in."]})
    assert messages(error) == {"x": ["Fill this in."]}


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_no_words_are_no_header_of_a_catalogue(app, speaking, language):
    speaking(language)
    assert gettext("") == ""
    page = app.jinja_env.from_string("[{{ _('') }}][{{ ''|translated }}]")
    assert page.render() == "[][]"
