"""What signing in needs once a process: the secret, Flask-Login, the flood limit."""

from flask import Flask
from flask_login import LoginManager

from klankbord.accounts.tokens import use_secret
from klankbord.accounts.views import limiter
from klankbord.config import Config

WAIT_SECONDS = 0.25


def init_accounts(app: Flask, config: Config) -> None:
    """Prepare signing in; Valkey may be away now and later."""
    use_secret(config.secret_key)
    logins = LoginManager()
    # The door reads the token and knows the person; Flask-Login writes the cookie.
    logins.session_protection = None
    logins.user_loader(lambda _token: None)
    logins.init_app(app, add_context_processor=False)
    app.config.update(
        RATELIMIT_STORAGE_URI=config.redis_url.replace("valkey://", "redis://", 1),
        RATELIMIT_STORAGE_OPTIONS={
            "socket_timeout": WAIT_SECONDS,
            "socket_connect_timeout": WAIT_SECONDS,
        },
    )
    limiter.init_app(app)
