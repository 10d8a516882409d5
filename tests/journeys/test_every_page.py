"""Each page that exists, for everybody who may open it, in each of its states.

Looked at once: axe on a phone and on a desk, and no sideways scroll there and on the
smallest phone, plain, with a root font of 200 % and with the spacing of WCAG 1.4.12.
The pages are found by following links and by doing what people do. Each walk must come
to the whole of its part of the app (parts.py), and finds no fault on the way.
"""

from collections.abc import Iterator

import pytest
import stages
from installed import Installed, installed
from moments import rare_moments
from parts import IN_ARABIC, PARTS
from sqlalchemy import text, update
from walk import Walk, new_page, root_of

from klankbord.context import TenantFacts
from klankbord.db import TenantSession
from klankbord.permissions import Role
from klankbord.tenants import register
from klankbord.tenants.models import PluginState, TenantPlugin, TenantStatus

VISITORS = (
    *("/", "/inloggen", "/inloggen/medewerkers", "/wachtwoord-vergeten"),
    *("/wachtwoord-vergeten/verstuurd", "/brief", "/uitnodiging", "/link"),
    *("/wachtwoord-kiezen", "/taal", "/wie-ziet-wat", "/bestaat-niet"),
)
OWN = ("/", "/mijn-apparaten")
STAFF = (*OWN, "/mijn-account", "/werk/taken")
OF_THE_DEMO = (
    *(Role.TEAM_LEAD, Role.BEHAVIOURAL_EXPERT, Role.BUDDY_COORDINATOR),
    *(Role.CLIENT_OFFICE, Role.MANAGEMENT),
)
NOT_IN_THE_DEMO = (Role.DEPUTY, Role.COMPLAINTS_OFFICER, Role.CLIENT_COUNCIL)


@pytest.fixture(scope="module")
def home(make_databases, valkey, browser) -> Iterator[Installed]:
    with installed(make_databases(), valkey, browser) as running:
        yield running


@pytest.fixture
def walk(home) -> Iterator[Walk]:
    walk = Walk(home.app)
    with walk.noting_templates():
        yield walk
    home.close_pages()


def test_the_pages_of_visitors(home, walk):
    tenant = home.organisation()
    worker = home.sign_in(home.make.staff(tenant, Role.WORKER))
    walk.follow(home.visit(tenant), *VISITORS)
    stages.choose_a_password(home, walk, tenant)
    stages.ask_for_a_code(home, walk, tenant)
    walk.open(new_page(home.browser), f"http://nergens.localhost:{home.port}/")
    for status, answer in ((TenantStatus.SUSPENDED, 503), (TenantStatus.CLOSED, 410)):
        register.set_status(home.make.operator, tenant.slug, status)
        walk.open(new_page(home.browser), home.root(tenant), status=answer)
        walk.open(worker, home.root(tenant) + "/werk", status=answer)

    assert walk.missed(PARTS["visitors"]) == [], walk.told()


def test_the_pages_of_clients(home, walk):
    tenant = home.demo["wsg"]
    moments = rare_moments(home, tenant)
    for role in (Role.PARENT, Role.YOUTH):
        walk.follow(home.sign_in(home.person(tenant, role)), *OWN, "/werk")
    buddy = home.make.staff(tenant, Role.BUDDY, name="Bas Buitenhuis")
    walk.follow(home.sign_in(buddy), *OWN)
    for client in moments.clients:
        page = home.sign_in(client)
        walk.follow(
            page, "/start", "/samenwerken", "/mijn-mailadres", within="/samenwerken"
        )
        stages.keep_what_expired(walk, page)
    stages.tell_a_mailbox(walk, home.sign_in(moments.answering.mother))
    stages.answer(walk, home.sign_in(moments.answering.youth))
    filled, table, over = moments.sheets
    stages.answer_card(walk, home.sign_in(filled.father))
    for client in (
        *(filled.mother, filled.youth, table.mother, table.youth),
        *(over.mother, over.father),
    ):
        page = home.sign_in(client)
        walk.follow(page, "/zo-werkt-het", within="/zo-werkt-het")
    nothing = home.make.family(home.organisation()).mother
    walk.follow(home.sign_in(nothing), *OWN)
    off = home.demo["zilverwiek"]
    _switch_off(home, off)
    page = home.sign_in(home.person(off, Role.PARENT))
    walk.follow(page, "/start", "/samenwerken", within="-")

    assert walk.missed(PARTS["clients"]) == [], walk.told()


def test_the_pages_in_arabic(home, walk):
    tenant = home.organisation()
    moments = rare_moments(home, tenant)
    walk.follow(home.visit(tenant, "ar"), *VISITORS)
    stages.ask_for_a_code(home, walk, tenant, "ar")
    stages.invite_by_letter(home, walk, moments, "ar")
    for client in (moments.clients[4], moments.clients[6]):
        page = home.sign_in(client, "ar")
        assert page.locator("html").get_attribute("dir") == "rtl"
        walk.follow(page, *OWN)
    page = home.sign_in(moments.answering.mother, "ar")
    stages.tell_a_mailbox(walk, page)
    stages.answer(walk, page)
    filled, *_ = moments.sheets
    stages.answer_card(walk, home.sign_in(filled.father, "ar"))
    page = home.sign_in(filled.mother, "ar")
    walk.follow(page, "/zo-werkt-het", within="/zo-werkt-het")
    register.set_status(home.make.operator, tenant.slug, TenantStatus.SUSPENDED)
    walk.open(new_page(home.browser, "ar"), home.root(tenant), status=503)

    spoken = {endpoint for endpoint, shape in walk.shapes if shape.startswith("ar ")}
    assert [*sorted(IN_ARABIC - spoken), *walk.faults] == [], walk.told()


def test_the_pages_of_workers(home, walk):
    tenant = home.organisation()
    moments = rare_moments(home, tenant)
    walk.follow(home.sign_in(moments.worker), *STAFF)
    stages.keep_as_a_worker(walk, home.sign_in(moments.worker))
    for family in moments.sheets:
        page = home.sign_in(moments.worker)
        case, sheet = f"/gezinnen/{family.case_id}", f"/startvragen/{family.case_id}"
        walk.follow(page, case, sheet, within=sheet)
    walk.follow(home.sign_in(moments.lead), *STAFF)
    walk.follow(home.sign_in(home.make.staff(tenant, Role.WORKER)), *OWN)

    assert walk.missed(PARTS["workers"]) == [], walk.told()


def test_the_pages_of_who_works_around_them(home, walk):
    tenant = home.demo["wsg"]
    moments = rare_moments(home, tenant)
    people = [home.person(tenant, role) for role in OF_THE_DEMO]
    people += [home.make.staff(tenant, role) for role in NOT_IN_THE_DEMO]
    for person in (moments.lead, *people):
        walk.follow(home.sign_in(person), *OWN)

    assert walk.missed(PARTS["others"]) == [], walk.told()


def test_the_pages_of_admins(home, walk):
    tenant = home.demo["jgb"]
    rare_moments(home, tenant)
    page = home.sign_in(home.person(tenant, Role.TENANT_ADMIN))
    walk.follow(page, *OWN)
    stages.word_questions(walk, page)
    empty = home.organisation()
    for role in (Role.TENANT_ADMIN, Role.TEAM_LEAD, Role.PRIVACY_OFFICER):
        walk.follow(home.sign_in(home.make.staff(empty, role)), *OWN)
    _switch_off(home, tenant)
    walk.follow(page, "/beheer/methodes/", within="/beheer/methodes")
    page = home.sign_in(home.person(tenant, Role.PRIVACY_OFFICER))
    walk.follow(page, *OWN)
    for name in ("Bakkali", "Niemand"):
        page.goto(root_of(page) + "/wissen")
        page.fill("[name=name]", name)
        walk.press(page)
        walk.follow(page, *walk.links(page, "/wissen/"), within="/wissen/")

    assert walk.missed(PARTS["admins"]) == [], walk.told()


def test_the_pages_of_an_invitation_and_of_a_phone_that_is_passed(home, walk):
    moments = rare_moments(home, home.organisation())
    stages.invite_by_letter(home, walk, moments)
    for path in (moments.review_of_child, moments.card_of_child):
        stages.pass_the_phone(walk, home.sign_in(moments.worker), path)

    assert walk.missed(PARTS["passed_phone"]) == [], walk.told()


def _switch_off(home: Installed, tenant: TenantFacts) -> None:
    """Switch every method of an organisation off, with what it keeps."""
    with TenantSession(home.make.operator, tenant.id) as session:
        session.execute(update(TenantPlugin).values(state=PluginState.FROZEN))
        session.commit()
    with home.make.operator.begin() as connection:
        connection.execute(text("update tenant set revision = revision + 1"))
