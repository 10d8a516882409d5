"""`klankbord shell`: a Python prompt with the app loaded."""

import code
import json
import os
from pathlib import Path

import click

from klankbord.app import create_app
from klankbord.config import from_environment


@click.command()
def shell() -> None:
    """Open a Python prompt with the app: of the settings, or of the demo that runs."""
    environment = dict(os.environ)
    demo = Path(environment.get("DEMO_DIR") or "var/demo") / "environment.json"
    if "KLANKBORD_DATABASE_URL" not in environment and demo.exists():
        environment |= json.loads(demo.read_text())
    app = create_app(from_environment(environment))
    with app.app_context():
        code.interact(banner="`app` is the app.", local={"app": app}, exitmsg="")
