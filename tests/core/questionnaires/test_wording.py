"""The words of a questionnaire: shipped, reworded as a new version, never changed."""

import copy
import re
import tomllib
from dataclasses import replace
from html import unescape
from importlib.resources import files

import pytest
from marshmallow import ValidationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from talk_plugin.plugin import TALK

from klankbord.context import SYSTEM
from klankbord.db import TenantSession, open_engine
from klankbord.permissions import Role
from klankbord.plugin import Plugin, installed_plugins
from klankbord.questionnaires import registry
from klankbord.questionnaires.models import InstrumentVersion, VersionState
from klankbord.questionnaires.schemas import DefinitionSchema
from klankbord.questionnaires.services import publish_shipped
from klankbord.tenants.models import PluginState

WORKER = "[naam van de jeugdbeschermer]"
LIST = "/beheer/vragenlijsten"
FIELD = "items:listening:question|everybody|standard"


@pytest.fixture
def admin(make, app, tenant):
    return make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))


@pytest.fixture
def draft(admin):
    """Begin a draft; return its address."""
    answer = admin.post(f"{LIST}/talk")
    assert answer.status_code == 303
    return answer.location


@pytest.fixture
def shipped_definition():
    return tomllib.loads(files("talk_plugin").joinpath("talk.toml").read_text("utf-8"))


@pytest.fixture
def ship(monkeypatch):
    """Let the plugin bring another file, as after an update of the installation."""

    def bring(definition):
        before = registry.shipped("talk")
        changed = replace(
            before, definition=definition, hash=registry.digest(definition)
        )
        monkeypatch.setitem(registry._shipped, "talk", changed)

    return bring


def page_of(answer):
    return answer.get_data(as_text=True)


def version_in(address):
    return address.partition("?")[0]


def typed_in(page, **changed):
    """Return what a browser would send for the form of words, with changes."""
    form = {
        name: unescape(words.removeprefix("\n"))
        for name, words in re.findall(
            r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL
        )
    }
    form["version"] = re.search(r'name="version" value="(\d+)"', page)[1]
    form["language"] = re.search(r'name="language" value="([^"]+)"', page)[1]
    return form | changed


def states(rows):
    return rows(
        select(InstrumentVersion.number, InstrumentVersion.state).order_by(
            InstrumentVersion.number
        )
    )


def publish(make, tenant, questionnaire=TALK):
    ctx = make.context_of(tenant, SYSTEM)
    publish_shipped(ctx, questionnaire)
    ctx.finish(commit=True)


def test_the_shipped_words_become_version_one_and_stay_it(make, tenant, rows):
    for _ in range(2):
        publish(make, tenant)
    assert states(rows) == [(1, VersionState.PUBLISHED)]


def test_a_shipped_file_that_changed_becomes_a_new_version(
    make, tenant, rows, ship, shipped_definition
):
    publish(make, tenant)
    shipped_definition["title"]["everybody"]["nl"]["standard"] = "Nieuwe titel"
    ship(shipped_definition)
    publish(make, tenant)

    assert states(rows) == [(1, VersionState.RETIRED), (2, VersionState.PUBLISHED)]


def test_a_changed_file_never_takes_the_place_of_the_tenants_own_words(
    make, tenant, rows, admin, draft, ship, shipped_definition
):
    admin.post(f"{version_in(draft)}/publiceren")
    shipped_definition["title"]["everybody"]["nl"]["standard"] = "Nieuwe titel"
    ship(shipped_definition)
    publish(make, tenant)

    assert states(rows) == [
        (1, VersionState.RETIRED),
        (2, VersionState.PUBLISHED),
        (3, VersionState.DRAFT),
    ]


@pytest.mark.parametrize("role", ["app", "owner"])
def test_the_database_refuses_to_change_published_words(make, tenant, databases, role):
    publish(make, tenant)
    owner = open_engine(databases.owner_url)
    with TenantSession(make.engine if role == "app" else owner, tenant.id) as session:
        for values in (
            {"definition": {}},
            {"state": VersionState.DRAFT},
            {"number": 9},
            {"published_at": None},
        ):
            with pytest.raises(IntegrityError, match="never changes"):
                session.execute(update(InstrumentVersion).values(values))
            session.rollback()
        session.execute(update(InstrumentVersion).values(state=VersionState.RETIRED))
    owner.dispose()


def test_the_list_shows_each_questionnaire_with_its_licence(admin):
    page = page_of(admin.get(LIST))
    assert "Invented for tests." in page
    assert "vanaf het eerste gebruik" in page


def test_new_words_are_a_new_version_and_old_answers_keep_theirs(
    make, app, scene, admin
):
    mother = make.sign_in(app, scene.family.mother)
    old = mother.post(f"/vragen/begin/talk/{scene.subject_id}").location
    draft = admin.post(f"{LIST}/talk").location
    new_words = "Had %(worker)s aandacht voor jou?"
    form = typed_in(page_of(admin.get(draft)), **{FIELD: new_words})
    assert admin.post(draft, data=form).status_code == 303
    assert admin.post(f"{draft}/publiceren").location == f"{LIST}/talk"

    worker = make.sign_in(app, scene.family.worker)
    new = worker.post(f"/vragen/begin/talk/{scene.subject_id}").location

    assert "Luisterde Karin goed naar jou?" in page_of(mother.get(old))
    assert "Had Karin aandacht voor jou?" in page_of(worker.get(new))


def test_there_is_one_draft_at_a_time(admin, draft):
    assert admin.post(f"{LIST}/talk").location == draft


def test_words_are_saved_per_language(admin, draft):
    arabic = f"{draft}?language=ar"
    form = typed_in(page_of(admin.get(arabic)), **{FIELD: "سؤال %(worker)s جديد"})
    assert admin.post(draft, data=form).status_code == 303

    assert "سؤال %(worker)s جديد" in page_of(admin.get(arabic))
    assert "Luisterde %(worker)s goed naar jou?" in page_of(admin.get(draft))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Luistert %(buurman)s?", "een naam die niet bestaat"),
        ("", "Vul een tekst in"),
        ("x" * 601, "te lang"),
    ],
)
def test_words_that_do_not_fit_are_refused_beside_the_field(
    admin, draft, words, reason
):
    form = typed_in(page_of(admin.get(draft)))
    fields = [name for name in form if name.startswith("items:again:question|")]
    answer = admin.post(draft, data=form | dict.fromkeys(fields, words))

    assert answer.status_code == 422
    assert reason in page_of(answer)
    assert words in page_of(answer)
    assert admin.post(draft, data=form).status_code == 303


def test_a_template_in_the_words_stays_as_typed(admin, draft):
    form = typed_in(page_of(admin.get(draft)), **{FIELD: "{{7*7}} <b>100%</b> {x}"})
    assert admin.post(draft, data=form).status_code == 303
    page = page_of(admin.get(f"{draft}/voorbeeld"))
    assert "{{7*7}} &lt;b&gt;100%&lt;/b&gt; {x}" in page


def test_two_editors_are_shown_both_texts(admin, draft):
    form = typed_in(page_of(admin.get(draft)))
    first = admin.post(draft, data=form | {FIELD: "De eerste %(worker)s"})
    second = admin.post(draft, data=form | {FIELD: "De tweede %(worker)s"})

    assert first.status_code == 303
    assert second.status_code == 409
    assert "De eerste" in page_of(second)
    assert "De tweede" in page_of(second)
    again = typed_in(page_of(second))
    assert again[FIELD] == "De tweede %(worker)s"
    assert admin.post(draft, data=again).status_code == 303


def test_published_words_cannot_be_saved_or_thrown_away(admin, draft):
    form = typed_in(page_of(admin.get(draft)))
    admin.post(f"{draft}/publiceren")

    assert "<textarea" not in page_of(admin.get(draft))
    assert admin.post(draft, data=form).status_code == 409
    assert admin.post(f"{draft}/weggooien").status_code == 409


def test_a_draft_can_be_thrown_away(admin, draft, rows):
    assert admin.post(f"{draft}/weggooien").status_code == 303
    assert states(rows) == [(1, VersionState.PUBLISHED)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind=child", f"Luisterde {WORKER} naar jou?"),
        (
            "kind=parent&language=nl@u",
            f"Luisterde {WORKER} goed naar u?",
        ),
        ("kind=parent&rendering=easy", f"Luisterde {WORKER}?"),
        ("kind=worker&language=en", f"Did {WORKER} listen to you?"),
        (
            "kind=parent&language=ar",
            f"هل استمع \u2068{WORKER}\u2069 إليك؟",
        ),
    ],
)
def test_the_preview_shows_a_version_for_everybody(admin, draft, query, words):
    assert words in page_of(admin.get(f"{draft}/voorbeeld?{query}"))


def test_the_preview_refuses_what_does_not_exist(admin, draft):
    for query in ("kind=neighbour", "rendering=loud", "language=xx"):
        assert admin.get(f"{draft}/voorbeeld?{query}").status_code == 404


def test_two_versions_are_compared_text_by_text(admin, draft, rows):
    form = typed_in(page_of(admin.get(draft)), **{FIELD: "Andere vraag"})
    admin.post(draft, data=form)
    ((first,),) = rows(
        select(InstrumentVersion.id).where(InstrumentVersion.number == 1)
    )
    page = page_of(admin.get(f"{draft}/vergelijken/{first}"))

    assert "Andere vraag" in page
    assert "Luisterde %(worker)s goed naar jou?" in page
    assert "Hoe rustig was het gesprek?" not in page


def test_others_do_not_get_in(make, app, tenant, admin, draft, outsider, talks_on):
    elsewhere = talks_on(make.tenant())
    for person, status in (
        (make.staff(tenant, Role.WORKER), 403),
        (outsider, 404),
        (make.staff(elsewhere, Role.TENANT_ADMIN), 404),
    ):
        browser = make.sign_in(app, person)
        for where in ("", "/voorbeeld", f"/vergelijken/{draft.rpartition('/')[2]}"):
            assert browser.get(draft + where).status_code == status
        for where in ("", "/publiceren", "/weggooien"):
            assert browser.post(draft + where).status_code == status
    assert admin.get(draft).status_code == 200


def test_a_method_that_is_off_shows_no_questionnaire(make, app, talks_on):
    tenant = talks_on(make.tenant(on=False), PluginState.ALLOWED)
    admin = make.sign_in(app, make.staff(tenant, Role.TENANT_ADMIN))
    assert admin.get(f"{LIST}/talk").status_code == 404
    assert "Invented for tests." not in page_of(admin.get(LIST))


def broken(definition, change):
    changed = copy.deepcopy(definition)
    change(changed)
    return changed


FAULTS = {
    "an unknown key": lambda d: d.update(colour="red"),
    "a language left out": lambda d: d["title"]["everybody"].pop("ar"),
    "an unknown name": lambda d: d["title"]["everybody"]["nl"].update(
        standard="%(neighbour)s"
    ),
    "a scale that is not there": lambda d: d["items"][0].update(scale="other"),
    "a scale of four steps": lambda d: d["scales"]["how_well"].pop("3"),
    "two items of one name": lambda d: d["items"].append(d["items"][0]),
    "a choice without answers": lambda d: d["items"][2].pop("options"),
    "a slider without ends": lambda d: d["items"][1].pop("low"),
    "no licence": lambda d: d.pop("licence"),
    "no Dutch": lambda d: d.update(languages=["en"]),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_file_with_a_fault_is_refused(shipped_definition, fault):
    with pytest.raises(ValidationError):
        DefinitionSchema().load(broken(shipped_definition, fault))
    DefinitionSchema().load(shipped_definition)


def test_two_plugins_with_the_same_questionnaire_are_refused():
    twice = {
        name: Plugin(name=name, title=name, questionnaires=(TALK,))
        for name in ("one", "two")
    }
    with pytest.raises(ValueError, match="two questionnaires"):
        registry.use_questionnaires(twice)


def test_every_installed_questionnaire_reads_without_a_fault():
    for plugin in installed_plugins().values():
        for questionnaire in plugin.questionnaires:
            registry.read_shipped(plugin.name, questionnaire)
