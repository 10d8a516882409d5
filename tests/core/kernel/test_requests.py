"""What every request passes, in this order: tenant, person, permission, plugin."""

import re

import pytest

from klankbord.permissions import Role
from klankbord.tenants import register
from klankbord.tenants.models import TenantStatus
from klankbord.testing.tenants import visitor

NOBODY = "00000000-0000-4000-8000-000000000000"


def masked(response):
    """Return what a visitor can tell apart: status, headers, body without chance."""
    body = re.sub(
        r'value="[0-9a-f-]{36}"|nonce="[^"]+"|nonce-[\w-]+', "", response.text
    )
    headers = {
        name: re.sub(r"nonce-[\w-]+", "", value)
        for name, value in response.headers
        if name not in {"X-Request-Id", "Content-Length", "Set-Cookie"}
    }
    return response.status_code, headers, body


def test_an_unknown_host_gets_one_neutral_page(app):
    pages = []
    for host in ("nobody.example", "elsewhere.test"):
        browser = app.test_client()
        response = browser.get("/", base_url=f"https://{host}")
        assert response.status_code == 404
        pages.append(masked(response))
    assert pages[0] == pages[1]
    assert "Klankbord" in pages[0][2]


def test_a_known_host_answers_with_its_own_organisation(app, tenant):
    response = visitor(app, tenant).get("/")
    assert response.status_code == 200
    assert tenant.name in response.text


def test_the_port_and_the_case_of_a_host_do_not_matter(app, tenant):
    base = f"https://{tenant.slug.upper()}.example:8443"
    assert app.test_client().get("/", base_url=base).status_code == 200


def test_a_forwarded_host_changes_nothing(app, make, tenant):
    other = make.tenant()
    response = visitor(app, tenant).get(
        "/", headers={"X-Forwarded-Host": f"{other.slug}.example"}
    )
    assert tenant.name in response.text
    assert other.name not in response.text


def test_a_cookie_of_one_organisation_is_nobody_at_another(app, make, tenant):
    admin = make.staff(tenant, Role.TENANT_ADMIN)
    browser = make.sign_in(app, admin)
    assert browser.get("/").status_code == 303
    other = make.tenant()
    cookie = browser.get_cookie("__Host-klankbord", domain=f"{tenant.slug}.example")
    stranger = visitor(app, other)
    stranger.set_cookie(
        "__Host-klankbord", cookie.value, domain=f"{other.slug}.example", secure=True
    )
    assert stranger.get("/").status_code == 200


def test_the_session_cookie_is_bound_to_its_host(app, tenant):
    browser = visitor(app, tenant)
    response = browser.post("/taal", data={"language": "en", "next": "/"})
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-klankbord=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(app, tenant):
    response = visitor(app, tenant).get("/start")
    assert response.status_code == 303
    assert "next=" in response.headers["Location"]


def test_a_page_of_another_role_is_refused_in_words(app, make, tenant):
    worker = make.sign_in(app, make.staff(tenant, Role.WORKER))
    response = worker.get("/start")
    assert response.status_code == 403
    assert "dit is niet" not in response.text.lower()
    client = make.sign_in(app, make.family(tenant).mother)
    assert client.get("/start").status_code == 200


@pytest.mark.parametrize("path", ["/nothing-here", f"/gezinnen/{NOBODY}/nothing"])
def test_an_unknown_page_is_a_page_in_the_organisations_look(app, tenant, path):
    response = visitor(app, tenant).get(path)
    assert response.status_code == 404
    assert tenant.name in response.text


def test_a_program_gets_a_problem_it_can_read(app, tenant):
    response = visitor(app, tenant).get(
        "/nothing-here", headers={"Accept": "application/problem+json"}
    )
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == 404


def test_every_answer_carries_the_headers_that_keep_it_safe(app, make, tenant):
    browser = make.sign_in(app, make.family(tenant).mother)
    for path in ("/", "/start", "/nothing-here"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_a_post_without_the_forms_token_is_refused(app, tenant, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    browser = visitor(app, tenant)
    response = browser.post("/taal", data={"language": "en", "next": "/"})
    assert response.status_code == 400
    assert "Deze pagina stond te lang open." in response.text
    page = browser.get("/taal").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    response = browser.post(
        "/taal",
        data={"language": "en", "next": "/", "csrf_token": token},
        headers={"Referer": f"https://{tenant.slug}.example/taal"},
    )
    assert response.status_code == 303


def test_a_form_without_its_token_gives_words_back_but_never_a_password(
    app, tenant, monkeypatch
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    words = {
        "story": "Ik wil graag iets vertellen.",
        "password": "a long sentence that nobody else may read",
    }
    response = visitor(app, tenant).post("/taal", data=words)
    assert response.status_code == 400
    assert words["story"] in response.text
    assert words["password"] not in response.text


def test_a_suspended_organisation_shows_one_clear_page_and_its_numbers(
    app, make, tenant
):
    register.set_status(make.operator, tenant.slug, TenantStatus.SUSPENDED)
    client = make.sign_in(app, make.family(tenant).mother)
    for path in ("/", "/start", "/werk"):
        response = client.get(path)
        assert response.status_code == 503
        assert tenant.name in response.text
        assert "112" in response.text
    assert client.get("/look/theme.css").status_code == 200
    register.set_status(make.operator, tenant.slug, TenantStatus.ACTIVE)
    assert client.get("/start").status_code == 200


def test_a_closed_organisation_shows_everybody_one_clear_page_and_keeps_all(
    app, make, tenant
):
    family = make.family(tenant)
    mother, worker = make.sign_in(app, family.mother), make.sign_in(app, family.worker)
    register.set_status(make.operator, tenant.slug, TenantStatus.CLOSED)
    for browser in (mother, worker, visitor(app, tenant)):
        for path in ("/", "/start", "/werk", "/vragen/telefoon-terug"):
            response = browser.get(path)
            assert response.status_code == 410
            assert "gebruikt deze website niet meer" in response.text
            assert "112" in response.text
    assert mother.get("/look/theme.css").status_code == 200
    register.set_status(make.operator, tenant.slug, TenantStatus.ACTIVE)
    assert mother.get("/start").status_code == 200
    assert worker.get(f"/gezinnen/{family.case_id}").status_code == 200


def test_what_stays_open_on_a_passed_phone_closes_with_the_organisation(
    app, make, tenant
):
    register.set_status(make.operator, tenant.slug, TenantStatus.SUSPENDED)
    browser = make.sign_in(app, make.family(tenant).mother)
    assert browser.get("/vragen/telefoon-terug").status_code == 503


def test_a_host_of_nobody_is_no_closed_organisation(app, make, tenant):
    register.set_status(make.operator, tenant.slug, TenantStatus.CLOSED)
    stranger = visitor(app, tenant)
    stranger.base_url = "https://nobody.example"
    assert stranger.get("/").status_code == 404
