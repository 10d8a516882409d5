"""`klankbord demo`: from an empty folder to three organisations with links."""

import fcntl
import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO
from urllib.error import URLError

import click

from klankbord.app import create_app
from klankbord.config import from_environment
from klankbord.demo import history, mailbox
from klankbord.demo.installation import (
    Installation,
    migrate_schema,
    start_servers,
)
from klankbord.demo.processes import Processes

START_SECONDS = 60.0


def run_demo() -> None:
    """Run the servers, the processes and the mail box in DEMO_DIR until Ctrl-C."""
    folder = Path(os.environ.get("DEMO_DIR") or "var/demo").resolve()
    with suppress(KeyboardInterrupt), _running(folder) as installation:
        _say("Klaar. Stop met Ctrl-C.")
        while not installation.ended():
            time.sleep(0.5)
        raise click.ClickException(
            f"{', '.join(installation.ended())} stopped; see the logs in {folder}."
        )


@contextmanager
def _running(folder: Path) -> Iterator[Processes]:
    signal.signal(signal.SIGTERM, _interrupt)
    _say("[1/5] PostgreSQL en Valkey starten")
    folder.mkdir(parents=True, exist_ok=True)
    lock = _lock(folder)
    Processes(folder, {}).end_leftovers()
    installation = start_servers(folder)
    processes = Processes(folder, installation.environment)
    try:
        _say("[2/5] Tabellen maken of bijwerken")
        migrate_schema(installation)
        _say(
            "[3/5] Drie organisaties, en een jaar geschiedenis (alleen de eerste keer)"
        )
        config = from_environment(installation.environment)
        people = history.prepare(create_app(config), config, progress=_say)
        _say("[4/5] Web, werker, planner en brievenbus starten")
        box = mailbox.Mailbox()
        mail = mailbox.start_smtp(box, installation.ports["smtp"])
        page = mailbox.start_page(box, installation.ports["mail"])
        processes.start("web", "web", "--processes=2")
        processes.start("worker", "worker")
        processes.start("scheduler", "scheduler")
        _wait_for(f"http://127.0.0.1:{installation.ports['web']}/readyz", processes)
        _say("[5/5] Links maken")
        links = people.links()
        _write(folder / "demo.json", installation, links)
        _print_links(installation, links)
        yield processes
    finally:
        _say("\nAlles wordt gestopt.")
        processes.stop()
        if "page" in locals():
            page.shutdown()
            mail.stop()
        installation.stop()
        lock.close()


def _lock(folder: Path) -> IO[str]:
    """Hold the folder for this demo; the system lets go when the process ends."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise click.ClickException(
            f"De demo draait al in {folder}. Stop die eerst met Ctrl-C."
        ) from error
    return lock


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _wait_for(url: str, processes: Processes) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and not processes.ended():
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise click.ClickException(f"The pages did not come up; see {processes.folder}.")


def _write(path: Path, installation: Installation, links: history.Links) -> None:
    environment = installation.environment
    document = {
        "url": f"http://localhost:{installation.ports['web']}",
        "mail_url": f"http://localhost:{installation.ports['mail']}",
        "owner_database_url": environment["KLANKBORD_OWNER_DATABASE_URL"],
        "redis_url": environment["KLANKBORD_REDIS_URL"],
        "organisations": [asdict(one) for one in links.organisations],
        "people": [asdict(one) for one in links.people],
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False))


def _print_links(installation: Installation, links: history.Links) -> None:
    for organisation in links.organisations:
        _say(f"\n{organisation.name}  {organisation.url}")
        for person in links.people:
            if person.organisation == organisation.slug:
                _say(f"  {person.role:20} {person.name:24} {person.sign_in_url}")
    _say(f"\nBerichten: http://localhost:{installation.ports['mail']}\n")
