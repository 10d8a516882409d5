"""Lists of staff: paging, sorting, and downloads that no spreadsheet runs."""

import csv
import io

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from klankbord.lists import beside, columns, csv_file, page_of, plain

FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\ufeff=1", "\u00a0+1"]


@pytest.fixture
def families() -> Flask:
    app = Flask("lists")
    app.add_url_rule("/gezinnen", "families", lambda: "")
    return app


@pytest.mark.parametrize("words", FORMULAS)
def test_a_formula_is_downloaded_as_text(words):
    assert plain(words) == f"'{words}"


def test_ordinary_words_and_numbers_stay_as_they_are():
    assert [plain("Karin de Wit"), plain(-3), plain(None)] == ["Karin de Wit", -3, ""]


@given(st.text())
def test_no_text_at_all_starts_a_formula(words):
    file = csv_file("x", ["naam"], [[words]]).get_data().decode("utf-8-sig")
    (_, *rows) = csv.reader(io.StringIO(file, newline=""), delimiter=";")
    for row in rows:
        for cell in row:
            assert not cell.strip(" \t\r\n\ufeff").startswith(("=", "+", "-", "@"))


def test_the_second_page_of_three_has_both_neighbours(families):
    with families.test_request_context("/gezinnen?page=2&q=bakkali"):
        page = page_of(120)
    assert (page.first, page.last) == (51, 100)
    assert page.previous_url == "/gezinnen?page=1&q=bakkali"
    assert page.next_url == "/gezinnen?page=3&q=bakkali"


def test_a_page_that_is_no_number_is_the_first(families):
    with families.test_request_context("/gezinnen?page=²"):
        page = page_of(3)
    assert (page.first, page.last, page.previous_url, page.next_url) == (1, 3, "", "")


def test_a_column_turns_around_when_it_is_sorted_by_already(families):
    with families.test_request_context("/gezinnen?sort=name"):
        (name, last) = columns([("Naam", "name"), ("Laatste", "")])
    assert name == ("Naam", "/gezinnen?sort=-name&page=1", "ascending", False)
    assert last == ("Laatste", "", "", False)


def test_no_choice_in_an_address_is_an_option_of_our_own(families):
    with families.test_request_context("/gezinnen?_scheme=x&endpoint=y"):
        (name,) = columns([("Naam", "name")])
        file = beside("families")
    assert name[1] == "/gezinnen?_scheme=x&endpoint=y&sort=name&page=1"
    assert file == "/gezinnen?_scheme=x&endpoint=y"
