"""Where all other pages are shut, the page that says so leads to none of them."""

import re

import pytest
from sqlalchemy import update

from klankbord.accounts.models import AccountSession
from klankbord.db import TenantSession
from klankbord.tenants import register
from klankbord.tenants.models import TenantStatus
from klankbord.testing.tenants import visitor

STOPPED = {TenantStatus.SUSPENDED: 503, TenantStatus.CLOSED: 410}
ADDRESS = re.compile(r'\b(?:href|src)="([^"]+)"')


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def inside(page):
    """Return the addresses of this website that a page leads to or is built of."""
    found = ADDRESS.findall(page)
    return {one.replace("&amp;", "&") for one in found if one.startswith("/")}


def answers(browser, page):
    given = {}
    for one in inside(page):
        with browser.get(one) as answer:
            given[one] = answer.status_code
    return given


@pytest.mark.parametrize(("status", "answer"), STOPPED.items())
def test_each_link_of_a_stopped_organisations_page_works(
    app, make, tenant, family, status, answer
):
    people = [visitor(app, tenant)]
    people += [make.sign_in(app, one) for one in (family.mother, family.worker)]
    register.set_status(make.operator, tenant.slug, status)

    for browser in people:
        for path in ("/", "/start", "/nergens"):
            page = browser.get(path)
            assert page.status_code == answer or path == "/nergens"
            given = answers(browser, page.text)
            assert len(given) > 4  # the look, the font, the script and the sign
            assert set(given.values()) <= {200, 302}, given
            assert "/taal" not in page.text
            assert 'href="tel:112"' in page.text


@pytest.mark.parametrize(("status", "answer"), STOPPED.items())
def test_who_shares_a_device_can_sign_out_of_a_stopped_organisation(
    app, make, tenant, family, status, answer
):
    browser = make.sign_in(app, family.mother)
    register.set_status(make.operator, tenant.slug, status)
    assert 'action="/uitloggen"' in browser.get("/start").text

    signed_out = browser.post("/uitloggen")

    assert signed_out.status_code == 303
    left = browser.get(signed_out.location)
    assert left.status_code == answer
    assert "/uitloggen" not in left.text
    register.set_status(make.operator, tenant.slug, TenantStatus.ACTIVE)
    assert browser.get("/start").status_code == 303


def test_an_organisation_that_works_offers_its_links(app, make, family):
    browser = make.sign_in(app, family.mother)
    page = browser.get("/start").text
    given = answers(browser, page)

    assert page.count('href="/taal?next=/start"') == 2  # above and below
    assert 'href=""' not in page
    assert {"/", "/wie-ziet-wat", "/taal?next=/start"} <= given.keys()
    assert set(given.values()) <= {200, 302, 303}


def test_a_passed_phone_offers_no_page_that_is_shut(app, make, tenant, family):
    browser = make.sign_in(app, family.worker)
    with TenantSession(make.engine, tenant.id) as session:
        session.execute(update(AccountSession).values(locked_for=family.case_id))
        session.commit()

    page = browser.get("/start")

    assert page.status_code == 403
    given = answers(browser, page.text)
    assert given.pop("/vragen/telefoon-terug") == 303  # nothing was passed here
    assert set(given.values()) <= {200, 302}, given
    assert "/uitloggen" not in page.text
