"""The seal outside the pages: commands, exports, lists, mails, queue and logs."""

from pathlib import Path

import orjson
import psycopg
import pytest
from canaries import as_superuser, found, in_valkey
from installation import another_app, free_port, where_it_is_noon
from operating import Shell, every_command
from psycopg import sql
from review_steps import Steps

from klankbord.errors import Forbidden
from klankbord.keepers import keepers
from klankbord.people.models import Client
from klankbord.permissions import STAFF, Role
from klankbord.privacy.services import export_person
from klankbord_samen_sterker.models import ReviewState

HERS = "geheim-van-moeder-7f3a"
KARINS = "geheim-van-karin-91bc"
SECRETS = (HERS, KARINS)
SEARCHES = {
    "/gezinnen": "q",
    "/samen-sterker": "q",
    "/afspraken-met-gezinnen": "name",
    "/medewerkers": "text",
    "/logboek": "name",
    "/wissen": "name",
}
ROOT = Path(__file__).parents[3]
# Commands that never see an installation's data; each with its reason.
BLIND = {
    ("demo",): "makes databases and people of its own",
    ("learning", "solve"): "reads and writes files, opens no database",
    ("learning", "attack"): "reads files, opens no database",
    ("learning", "explain"): "reads a file, opens no database",
}


@pytest.fixture
def running(own_databases, own_valkey, smtp_sink):
    settings = {"SMTP_URL": smtp_sink.url, "MAIL_FROM": "post@voorbeeld.test"}
    with another_app(own_databases, own_valkey, **settings) as running:
        running.app.config.update(WTF_CSRF_ENABLED=False)
        yield running


@pytest.fixture
def sealed(running):
    """Plant the secret of each side, in a review that is not open yet."""
    make = running.make
    tenant = make.tenant(time_zone=where_it_is_noon().key)
    family = make.family(tenant)
    for person, name in ((family.mother, "moeder"), (family.father, "vader")):
        ctx = make.context(family.worker)
        ctx.get(Client, person.client_id).email = f"{name}@familie.example"
        ctx.session.commit()
    steps = Steps(make, family)
    steps.review_id = steps.begin()
    steps.begin(family.father)
    steps.answer(steps.review_id, family.mother, 1, words=HERS)
    steps.answer(steps.review_id, family.worker, 5, words=KARINS)
    assert steps.review(steps.review_id).state is ReviewState.BOTH_DONE
    return steps


def test_no_command_says_or_writes_either_side_before_the_opening(
    running, sealed, smtp_sink, postgres, own_valkey, tmp_path
):
    environment = running.environment | {
        "KLANKBORD_SUPERUSER_DATABASE_URL": postgres.url,
        "KLANKBORD_PORT": str(free_port()),
    }
    slug, worker = sealed.tenant.slug, sealed.family.worker
    shell = Shell(environment, slug, tmp_path)
    queued = in_valkey(own_valkey.url)
    shell.run_until(lambda: smtp_sink.wait_for(1, seconds=60))
    shell.run("db", "create")
    shell.run("db", "upgrade")
    shell.run("db", "check")
    shell.run("tenant", "apply", more=(ROOT / "tenants" / "zilverwiek",))
    shell.run("tenant", "list")
    shell.run(
        *("tenant", "create"),
        more=("nieuw", "--name=N", "--host=n.example", "--admin=a@n.nl"),
    )
    shell.run("tenant", "suspend", more=(slug,))
    shell.run("tenant", "resume", more=(slug,))
    shell.run(
        *("account", "sign-in-link"),
        more=(f"--tenant={slug}", f"--account={worker.email}", "--reason=test"),
    )
    shell.run("routes", more=("--json",))
    shell.run("shell", typed="print(app)\n")
    exported = shell.export()
    told = "\n".join(shell.said.values())
    sent = "".join(str(mail.message) for mail in smtp_sink.mails)
    for place in (told, exported, queued, in_valkey(own_valkey.url), sent):
        assert found(SECRETS, place) == set()
    # All of these did see this organisation and this review.
    assert str(sealed.tenant.id) in queued
    assert "worker stopped" in shell.said["worker",]
    assert str(sealed.review_id) in exported
    assert "/samenwerken/" in sent
    url = environment["KLANKBORD_DATABASE_URL"]
    _send_ten_minutes_earlier(as_superuser(postgres, url))
    sealed.open_what_is_due()
    assert found(SECRETS, shell.export()) == set(SECRETS)
    shell.run("tenant", "close", more=(slug,))
    shell.run("tenant", "delete", more=(slug,), typed=f"{slug}\n")
    for words in ("close", "delete"):
        assert found(SECRETS, shell.said["tenant", words]) == set()
    assert set(every_command()) == shell.said.keys() | BLIND.keys()


def _send_ten_minutes_earlier(url):
    """Let the minutes to take back be over, also for a command with its own clock.

    What was sent is final: only a superuser past all triggers can move the moment.
    """
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        for table, moments in (
            ("answer_set", ("begun_at", "sent_at")),
            ("samen_sterker_review", ("client_sent_at", "worker_sent_at")),
        ):
            connection.execute(
                sql.SQL("update {} set {}").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(
                        sql.SQL("{0} = {0} - interval '10 minutes'").format(
                            sql.Identifier(moment)
                        )
                        for moment in moments
                    ),
                )
            )


def test_nobodys_own_export_holds_a_side_before_the_opening(sealed, in_time):
    family = sealed.family
    people = (family.mother, family.father, family.youth)

    def exports():
        return [_exported(sealed, person) for person in people]

    assert [found(SECRETS, one) for one in exports()] == [set(), set(), set()]
    with pytest.raises(Forbidden), sealed.as_(family.worker) as ctx:
        export_person(ctx, family.mother.client_id, keepers())
    with in_time(minutes=6):
        sealed.open_what_is_due()
        hers, *others = exports()
    assert found(SECRETS, hers) == set(SECRETS)
    assert [found(SECRETS, one) for one in others] == [set(), set()]


def test_no_file_and_no_search_gives_a_side_away_before_the_opening(running, sealed):
    make, family = running.make, sealed.family
    everything = make.staff(
        sealed.tenant, *(STAFF - {Role.WORKER}), team_id=family.team_id
    )
    for person in (family.mother, family.father, family.worker, everything):
        browser = make.sign_in(running.app, person)
        own = browser.post("/mijn-gegevens")
        with browser.post("/beheer/methodes/samen_sterker/export") as method:
            assert found(SECRETS, method.text) == set()
        lists = [
            browser.get(f"{rule.rule}?q=geheim-van&text=geheim-van&state=all")
            for rule in running.app.url_map.iter_rules()
            if "GET" in rule.methods and not rule.arguments
        ]
        lists += [
            browser.post(path, data={name: "geheim-van"}, follow_redirects=True)
            for path, name in SEARCHES.items()
        ]
        assert sum(one.status_code == 200 for one in lists) > 10
        for answer in (own, *lists):
            assert found(SECRETS, answer.text) == set()
    worker = make.sign_in(running.app, family.worker)
    wish = {"q": "samira", "state": "running"}
    answer = worker.post("/samen-sterker", data=wish, follow_redirects=True)
    assert "Samira" in answer.text


def _exported(steps, person):
    with steps.as_(person) as ctx:
        return orjson.dumps(export_person(ctx, person.client_id, keepers())).decode()
