"""`klankbord shell`: a Python prompt with the app loaded."""

import code

import click

from klankbord.app import create_app
from klankbord.config import load


@click.command()
def shell() -> None:
    """Open a Python prompt with the app: of the settings, or of the demo that runs."""
    app = create_app(load())
    with app.app_context():
        code.interact(banner="`app` is the app.", local={"app": app}, exitmsg="")
