"""An admin switches methods on and off; nothing is lost, and nobody sees words."""

import json

import pytest
from sqlalchemy import event, func, select

from klankbord.errors import Conflict, Forbidden, NotFound, Overtaken
from klankbord.methods import services
from klankbord.permissions import Role
from klankbord.plugin import installed_plugins
from klankbord.tenants.models import PluginState

NAME = "samen_sterker"


@pytest.fixture
def admin(make, tenant):
    return make.staff(tenant, Role.TENANT_ADMIN)


@pytest.fixture
def privacy_officer(make, tenant):
    return make.staff(tenant, Role.PRIVACY_OFFICER)


def do(make, person, step, *values):
    ctx = make.context(person)
    result = step(ctx, NAME, *values)
    ctx.finish(commit=True)
    return result


def test_the_admin_sees_each_method_that_the_organisation_may_use(make, admin):
    found = services.list_methods(make.context(admin))
    assert [method.name for method in found] == list(installed_plugins())
    assert found[0].state is PluginState.ON


def test_the_privacy_officer_sees_the_methods_too_and_switches_none(
    make, privacy_officer
):
    ctx = make.context(privacy_officer)
    assert [method.name for method in services.list_methods(ctx)] == list(
        installed_plugins()
    )
    with pytest.raises(Forbidden):
        services.switch_off(ctx, NAME)


def test_one_method_is_asked_for_by_its_name(make, admin):
    ctx = make.context(admin)
    asked = []
    statements = ctx.session.get_bind()
    event.listen(statements, "before_cursor_execute", lambda *all_: asked.append(all_))
    assert services.find_method(ctx, NAME).name == NAME
    [(_connection, _cursor, sql, values, *_rest)] = [
        one for one in asked if "from tenant_plugin" in one[2].lower()
    ]
    assert "tenant_plugin.plugin =" in sql
    assert NAME in dict(values).values()


def test_a_worker_decides_nothing_about_methods(make, tenant):
    with pytest.raises(Forbidden):
        services.list_methods(make.context(make.staff(tenant, Role.WORKER)))


def test_a_method_that_the_operator_does_not_allow_is_unknown(make, admin):
    with pytest.raises(NotFound):
        services.find_method(make.context(admin), "something_else")


def test_switching_off_shows_at_the_next_request_and_on_brings_it_back(
    make, app, admin
):
    browser = make.sign_in(app, admin)
    page = browser.get("/beheer/methodes/")
    assert page.status_code == 200
    assert browser.get(f"/beheer/methodes/{NAME}/uit").status_code == 200
    assert browser.post(f"/beheer/methodes/{NAME}/uit").status_code == 303
    assert not make.facts(admin.tenant.id).has_on(NAME)
    assert browser.post(f"/beheer/methodes/{NAME}/aan").status_code == 303
    assert make.facts(admin.tenant.id).has_on(NAME)


def test_switching_off_twice_is_refused_and_changes_nothing(make, admin):
    do(make, admin, services.switch_off)
    with pytest.raises(Conflict):
        do(make, admin, services.switch_off)
    assert services.find_method(make.context(admin), NAME).state is PluginState.FROZEN


def test_only_a_frozen_method_is_erased_and_only_by_the_privacy_officer(
    make, admin, privacy_officer
):
    with pytest.raises(Conflict):
        do(make, privacy_officer, services.erase)
    do(make, admin, services.switch_off)
    with pytest.raises(Forbidden):
        do(make, admin, services.erase)
    do(make, privacy_officer, services.erase)
    ctx = make.context(privacy_officer)
    for model in installed_plugins()[NAME].models:
        assert ctx.session.scalar(select(func.count()).select_from(model)) == 0
    assert services.find_method(ctx, NAME).state is PluginState.ALLOWED


def test_an_admin_never_downloads_what_people_said(make, admin):
    do(make, admin, services.switch_off)
    with pytest.raises(Forbidden):
        list(services.export(make.context(admin), NAME))


def test_the_officer_downloads_what_a_method_kept_one_client_a_line(
    make, app, tenant, admin, privacy_officer
):
    family = make.family(tenant)
    model = installed_plugins()[NAME].models[0]
    make.add(
        tenant,
        *(
            model(
                case_id=family.case_id,
                client_id=person.client_id,
                worker_id=family.worker.account_id,
                trigger="worker",
            )
            for person in (family.mother, family.father)
        ),
    )
    do(make, admin, services.switch_off)
    browser = make.sign_in(app, privacy_officer)

    with browser.post(f"/beheer/methodes/{NAME}/export") as answer:
        assert answer.status_code == 200
        assert answer.content_length is None
        lines = answer.text.splitlines()

    assert len(lines) == 4
    assert {one["client"] for one in json.loads("".join(lines))} == {
        str(family.mother.client_id),
        str(family.father.client_id),
    }
    page = browser.get("/logboek").text
    assert "Gedownload" in page
    assert "Samira" in page


def test_two_admins_do_not_overwrite_each_other(make, admin):
    version = services.find_method(make.context(admin), NAME).version
    do(make, admin, services.change_settings, version, {"x": 2})
    with pytest.raises(Overtaken):
        do(make, admin, services.change_settings, version, {"x": 1})


def test_an_outsider_switches_nothing_here(make, app, tenant, outsider):
    browser = make.sign_in(app, outsider)
    browser.base_url = tenant.base_url
    assert browser.post(f"/beheer/methodes/{NAME}/uit").status_code in {303, 404}
    assert make.facts(tenant.id).has_on(NAME)
