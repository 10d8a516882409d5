"""`klankbord web`: the pages, served by gunicorn."""

import gc
import os
import sys

import click
from flask import Flask

from klankbord.config import from_environment
from klankbord.observe import init_logs, init_sentry

THREADS = 4


def application() -> Flask:
    """Make the app of one worker process; gunicorn calls this after the fork.

    What is imported and made here stays for good: looking for garbage in it meanwhile
    is a tenth of the start.
    """
    gc.disable()
    from klankbord.app import create_app  # noqa: PLC0415 - after the line above

    config = from_environment(os.environ)
    init_logs()
    init_sentry(config)
    app = create_app(config)
    gc.freeze()
    gc.enable()
    return app


@click.command()
@click.option(
    "--processes", default=1, help="Worker processes; two per core is enough."
)
@click.option("--bind", default="", help="Address to listen on, instead of the port.")
@click.option("--certificate", default="", help="Serve https with this certificate,")
@click.option("--key", default="", help="and this key; else leave TLS to your proxy.")
def web(processes: int, bind: str, certificate: str, key: str) -> None:
    """Serve the pages until told to stop; requests in progress are finished."""
    port = from_environment(os.environ).port or 8000
    words = [
        sys.executable,
        "-m",
        "gunicorn",
        "klankbord.serve:application()",
        f"--bind={bind or f'127.0.0.1:{port}'}",
        f"--workers={processes}",
        f"--threads={THREADS}",
        "--worker-class=gthread",
        "--graceful-timeout=20",
        "--timeout=60",
        "--no-control-socket",
    ]
    if certificate and key:
        words += [f"--certfile={certificate}", f"--keyfile={key}"]
    os.execv(sys.executable, words)  # noqa: S606 - replaces this process on purpose
