"""Names that people look for stand in no address, and the lists work all the same."""

from urllib.parse import parse_qs, urlsplit

import pytest

from klankbord.permissions import Role

WORKS = (Role.WORKER,)
SEARCHES = [
    ("/gezinnen", "q", WORKS),
    ("/samen-sterker", "q", WORKS),
    ("/afspraken-met-gezinnen", "name", WORKS),
    ("/medewerkers", "text", (Role.TENANT_ADMIN,)),
    ("/logboek", "name", (Role.PRIVACY_OFFICER,)),
]


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def worker(make, app, family):
    """Give the browser of the worker."""
    return make.sign_in(app, family.worker)


@pytest.mark.parametrize(("path", "name", "roles"), SEARCHES)
def test_a_list_is_searched_without_the_words_in_its_address(
    make, app, tenant, path, name, roles
):
    browser = make.sign_in(app, make.staff(tenant, *roles))
    form = browser.get(path).text.partition('role="search"')[0].rpartition("<form")[2]
    answer = browser.post(path, data={name: " Bakkali ", "csrf_token": "x"})
    page = browser.get(answer.location)

    assert 'method="post"' in form
    assert answer.status_code == 303
    assert urlsplit(answer.location).path == path
    assert set(parse_qs(urlsplit(answer.location).query)) == {name}
    assert "akkali" not in answer.location
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert 'value="Bakkali"' in page.text
    assert "Bakkali" not in "".join(part.split(">")[0] for part in _links(page.text))


def _links(page):
    return page.split("<a ")[1:]


@pytest.mark.parametrize("words", ["Bakkali", "bakk", "BÁKKALI"])
def test_a_family_is_found_and_who_is_not_looked_for_is_not(worker, words):
    assert "Bakkali" in _rows(worker, words)


def test_nobody_is_found_by_another_name(worker):
    assert _rows(worker, "Jansen") == ""


def _rows(browser, words):
    answer = browser.post("/gezinnen", data={"q": words}, follow_redirects=True)
    return answer.text.partition("<tbody")[2]


def test_sorting_and_the_file_keep_the_words(worker):
    address = worker.post("/gezinnen", data={"q": "Jansen", "show": "all"}).location
    page = worker.get(address).text
    query = urlsplit(address).query

    file = worker.get(f"/gezinnen.csv?{query}").get_data(as_text=True)
    assert "Bakkali" not in file
    assert "Bakkali" in worker.get("/gezinnen.csv").get_data(as_text=True)
    assert "Niets gevonden" in page
    sorted_page = worker.get(f"{address}&sort=worker&page=1").text
    assert 'value="Jansen"' in sorted_page


@pytest.mark.parametrize(
    "typed", ["Jansen", "x" * 200, "%00", "%F0%9F", "AAAA", "=" * 40, "é"]
)
def test_words_typed_into_an_address_are_not_looked_for(worker, typed):
    page = worker.get(f"/gezinnen?q={typed}")

    assert page.status_code == 200
    assert "Bakkali" in page.text.partition("<tbody")[2]


def test_nobody_else_reads_the_words_back(make, app, tenant, outsider, worker):
    address = worker.post("/gezinnen", data={"q": "Bakkali"}).location
    colleague = make.sign_in(app, make.staff(tenant, Role.WORKER))

    assert 'value="Bakkali"' in worker.get(address).text
    assert "Bakkali" not in colleague.get(address).text
    assert "Bakkali" not in make.sign_in(app, outsider).get(address).text


def test_the_same_words_give_another_address_each_time(worker):
    first, second = (
        worker.post("/gezinnen", data={"q": "Bakkali"}).location for _ in range(2)
    )
    assert first != second


def test_a_search_without_words_is_the_whole_list(worker):
    answer = worker.post("/gezinnen", data={"q": " ", "show": ""})
    assert answer.location == "/gezinnen"


def test_a_search_with_a_key_of_a_form_is_answered_too(worker):
    key = "8f8e0a0e-94d7-4a64-9d0e-3f0a4c1a4c11"
    for _ in range(2):
        answer = worker.post("/gezinnen", data={"q": "x", "idempotency_key": key})
        assert answer.status_code == 303
        assert worker.get(answer.location).status_code == 200
