"""What templates may use: built assets, initials, and words that are escaped."""

import pytest
from flask import render_template_string

from klankbord.templating import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Karin de Wit", "KW"),
        ("Marja", "M"),
        ("  Öznur   van den Heuvel ", "ÖH"),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters


def test_an_asset_is_named_by_its_content_and_may_be_kept_for_a_year(app):
    with app.test_request_context():
        address = render_template_string("{{ asset('app.css') }}")
    with app.test_client().get(address) as response:
        assert response.status_code == 200
        assert response.cache_control.max_age == 365 * 24 * 3600
    assert address.startswith("/static/app-")


def test_an_asset_that_was_never_built_is_a_bug(app):
    with app.test_request_context(), pytest.raises(KeyError):
        render_template_string("{{ asset('nothing.css') }}")


def test_a_message_that_holds_typed_words_is_escaped(app):
    with app.test_request_context():
        shown = render_template_string(
            "{{ words|translated }}", words="<script>x</script> 100%"
        )
    assert shown == "&lt;script&gt;x&lt;/script&gt; 100%"


def test_a_known_message_is_told_in_dutch(app):
    with app.test_request_context():
        assert render_template_string("{{ 'Next question'|translated }}") == (
            "Volgende vraag"
        )
