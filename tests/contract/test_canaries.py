"""Two organisations with the same method: nothing of one is ever in anything of other.

Canaries stand wherever people type something; then every page is opened as everybody,
and mails, queue, logs, exports and commands are read.
"""

import re
from collections import defaultdict

import pytest
from canaries import as_superuser, found, in_tables, in_valkey
from installation import another_app
from operating import Shell
from planted import NOT_SAID_YET, WORDS_OF_CLIENTS, Planted
from process_logs import process_logs
from sheets import unpacked
from subjects import spelled_out

from klankbord.permissions import Role, allows
from klankbord.plugin import installed_plugins
from klankbord.routes import list_routes
from klankbord.testing.servers import another_valkey
from klankbord.testing.smtp import SmtpSink
from klankbord.testing.tenants import visitor

# Every colleague of both is mailed a first link, and each mother a question.
AT_LEAST = 24
# Who reads what, on any page: also the positive control of this walk.
CASE_WORKERS = {"worker", "deputy"}
WHO_SEES = {
    "hers": {"mother", "worker"},
    "karins": {"mother", "worker"},
    "draft": {"youth"},
    "sealed": set(),
    "promise": {"mother", *CASE_WORKERS},
    "said": {"mother", *CASE_WORKERS},
    "result": {"mother", *CASE_WORKERS},
    "reach": {"behavioural_expert", *CASE_WORKERS},
    "place": {"mother", "behavioural_expert", *CASE_WORKERS},
    "family": {"behavioural_expert", "team_lead", "privacy_officer", *CASE_WORKERS},
    "welcome": {"tenant_admin", "visitor"},
    "question": {"tenant_admin"},
    "for_worker": {"mother", "worker"},
    "for_matching": {"mother", "behavioural_expert"},
    "for_nobody": {"mother"},
    "earlier": {"mother"},
    "halfway": {"youth"},
}


@pytest.fixture(scope="module")
def logged():
    """Log as a real process does, for the whole of this file."""
    with process_logs() as stream:
        yield stream


class Place:
    """The two organisations, and all that their installation keeps and says."""

    def __init__(self, running, sink, valkey, directory):
        self.running = running
        running.app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        self.sides = [Planted(running.make, running.app, name) for name in ("p", "q")]
        self.queued = in_valkey(valkey.url)
        self.shell = Shell(running.environment, "", directory)
        self.shell.run_until(lambda: sink.wait_for(AT_LEAST, seconds=90))
        self.mails = list(sink.mails)
        self.valkey = valkey

    def permission(self, route):
        """Return what an address asks; None when everybody may come."""
        return self.running.app.view_functions[route.endpoint].__dict__.get(
            "permission"
        )

    def pairs(self):
        """Yield each organisation with the other one."""
        first, second = self.sides
        yield first, second
        yield second, first


@pytest.fixture(scope="module")
def databases_here(make_databases):
    return make_databases()


@pytest.fixture(scope="module")
def place(databases_here, logged, tmp_path_factory):
    assert logged
    sink = SmtpSink()
    settings = {"SMTP_URL": sink.url, "MAIL_FROM": "post@voorbeeld.test"}
    with (
        another_valkey() as valkey,
        another_app(databases_here, valkey, **settings) as running,
    ):
        yield Place(running, sink, valkey, tmp_path_factory.mktemp("out"))
    sink.stop()


def pages(place, side, person, routes, other):
    """Yield what everybody of a side gets: of their own, and of the other's ids."""
    browser = (
        side.make.sign_in(place.running.app, person)
        if person
        else visitor(place.running.app, side.tenant)
    )
    roles = person.roles if person else frozenset({Role.ANONYMOUS})
    for route in routes:
        permission = place.permission(route)
        may = permission is None or allows(permission, roles)
        own = addresses(route, side)[: None if may else 1]
        for path in [*own, *addresses(route, other)[:1]]:
            answer = browser.get(path)
            yield f"{words_of(answer)}{answer.headers}"


def words_of(answer):
    """Return what an answer says; of a PDF all that is packed in it."""
    if answer.mimetype != "application/pdf":
        return answer.text
    return unpacked(answer.data).decode("utf-8", "replace")


def addresses(route, side):
    """Return the addresses of a route with an organisation's first few ids."""
    tables = {
        name: table
        for name, table in route.rows.items()
        if f"<uuid:{name}>" in route.rule
    }
    ids = {table: side.ids(table) for table in tables.values()}
    if not all(ids.values()):
        return []
    found_here = []
    for place in range(max(map(len, ids.values()), default=1)):
        path = re.sub(r"<int:\w+>", "1", route.rule)
        for name, table in tables.items():
            row = ids[table][min(place, len(ids[table]) - 1)]
            path = path.replace(f"<uuid:{name}>", row)
        for name, word in route.rows.items():
            path = re.sub(rf"<(\w+:)?{name}>", word, path)
        found_here.append(path)
    return found_here


def test_no_page_of_anybody_shows_anything_of_the_other_organisation(place):
    every = spelled_out(list_routes(place.running.app))
    routes = [one for one in every if "GET" in one.methods]
    for side, other in place.pairs():
        seen = defaultdict(set)
        for who, person in [*side.people.items(), ("visitor", None)]:
            for page in pages(place, side, person, routes, other):
                assert not found([other.marker], page), who
                for what in side.seen_in(page):
                    seen[what].add(who)
        assert side.canaries.keys() - seen.keys() == {"sealed"}
        for what, who in WHO_SEES.items():
            assert seen[what] == who, what


def test_no_mail_holds_anything_of_the_other_or_a_word_of_a_client(place):
    for side, other in place.pairs():
        own = [mail for mail in place.mails if side.marker in mail.recipients[0]]
        text = "".join(str(mail.message) + body_of(mail) for mail in own)
        assert f"mother@{side.marker}.example" in {one.recipients[0] for one in own}
        assert side.canaries["mail_sender"] in text
        assert found([other.marker], text) == set()
        assert found(side.words(WORDS_OF_CLIENTS), text) == set()


def body_of(mail):
    """Return a mail's words, without the shape in which they travelled."""
    return "".join(
        part.get_content()
        for part in mail.message.walk()
        if part.get_content_maintype() == "text"
    )


def test_the_queue_and_the_logs_hold_nothing_of_anybody(place, logged):
    markers = [side.marker for side in place.sides]
    logs = "".join(place.shell.said.values()) + logged.getvalue()
    for kept in (place.queued, in_valkey(place.valkey.url), logs):
        assert found(markers, kept) == set()
    for side in place.sides:
        assert str(side.tenant.id) in place.queued
        assert str(side.tenant.id) in logged.getvalue()


def test_no_row_holds_anything_of_the_other_or_plain_words_of_a_client(
    place, postgres, databases_here
):
    for url in (databases_here.owner_url, databases_here.keys_owner_url):
        tables = in_tables(as_superuser(postgres, url))
        for side, other in place.pairs():
            words = side.words(WORDS_OF_CLIENTS)
            own = [
                row
                for rows in tables.values()
                for row in rows.splitlines()
                if str(side.tenant.id) in row
            ]
            assert own
            assert found([other.marker], "\n".join(own)) == set()
            assert {t for t, rows in tables.items() if found(words, rows)} == set()
            if url == databases_here.owner_url:
                names = set(side.canaries.values()) - words
                assert names - found(names, "\n".join(own)) == set()


def test_no_export_and_no_command_holds_anything_of_the_other(place):
    app = place.running.app
    for side, other in place.pairs():
        shell, slug = place.shell, side.tenant.slug
        shell.slug = slug
        everything = shell.export()
        email = side.people[Role.WORKER].email
        shell.run(
            *("account", "sign-in-link"),
            more=(f"--tenant={slug}", f"--account={email}", "--reason=test"),
        )
        officer = side.make.sign_in(app, side.people[Role.PRIVACY_OFFICER])
        methods = []
        for name in installed_plugins():
            with officer.post(f"/beheer/methodes/{name}/export") as answer:
                methods.append(answer.text)
        mother = side.make.sign_in(app, side.people["mother"])
        hers = mother.post("/mijn-gegevens").text
        said = "".join(shell.said.values())
        for text in (everything, *methods, hers, said):
            assert side.marker in text
            assert found([other.marker], text) == set()
        unsealed = side.words(WORDS_OF_CLIENTS - NOT_SAID_YET)
        assert unsealed - found(unsealed, everything) == set()
        assert found(side.words(NOT_SAID_YET), everything) == set()
        assert side.canaries["hers"] in hers
        assert side.canaries["father"] not in hers
