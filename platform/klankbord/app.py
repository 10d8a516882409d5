"""Put the core, its features and the plugins together into a Flask app."""

from collections.abc import Mapping

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from sqlalchemy import Engine

from klankbord import health
from klankbord.accounts import jobs as accounts_jobs
from klankbord.accounts import mails as accounts_mails
from klankbord.accounts import views as accounts
from klankbord.accounts.door import FrontDoor
from klankbord.accounts.start import init_accounts
from klankbord.actions import mails as actions_mails
from klankbord.actions import views as actions
from klankbord.application import Application
from klankbord.config import Config
from klankbord.db import open_engine
from klankbord.i18n import init_languages
from klankbord.invitations import jobs as invitations_jobs
from klankbord.invitations import mails as invitations_mails
from klankbord.invitations import views as invitations
from klankbord.jobs import use_redis
from klankbord.methods import views as methods
from klankbord.observe import init_access_log
from klankbord.organisation import views as organisation
from klankbord.outbox import views as outbox
from klankbord.oversight import views as oversight
from klankbord.pages import init_pages
from klankbord.people import jobs as people_jobs
from klankbord.people import mails as people_mails
from klankbord.people import views as people
from klankbord.people.address_book import PeopleBook
from klankbord.plugin import (
    MailKind,
    NavItem,
    Plugin,
    Schedule,
    installed_plugins,
)
from klankbord.portal import views as portal
from klankbord.privacy.keys import Keyring, use_keyring
from klankbord.problems import init_problems
from klankbord.questionnaires import views as questionnaires
from klankbord.questionnaires.registry import use_questionnaires
from klankbord.templating import init_templates
from klankbord.tenants import look
from klankbord.tenants.directory import Directory
from klankbord.web import check_views, init_web
from klankbord.workspace import views as workspace

LARGEST_REQUEST = 10 * 1024 * 1024
CORE_BLUEPRINTS: tuple[Blueprint, ...] = (
    health.blueprint,
    look.blueprint,
    actions.blueprint,
    outbox.blueprint,
    portal.blueprint,
    oversight.blueprint,
    accounts.blueprint,
    methods.blueprint,
    organisation.blueprint,
    questionnaires.blueprint,
    invitations.blueprint,
    people.blueprint,
    workspace.blueprint,
)
CORE_NAV: tuple[NavItem, ...] = (
    *workspace.NAV,
    *actions.NAV,
    *portal.NAV,
    *invitations.NAV,
    *oversight.NAV,
    *accounts.NAV,
    *questionnaires.NAV,
    *outbox.NAV,
    *methods.NAV,
    *organisation.NAV,
)
CORE_MAILS: tuple[MailKind, ...] = (
    *accounts_mails.MAILS,
    *actions_mails.MAILS,
    *invitations_mails.MAILS,
    *people_mails.MAILS,
)
CORE_SCHEDULES: tuple[Schedule, ...] = (
    *accounts_jobs.SCHEDULES,
    *invitations_jobs.SCHEDULES,
    *people_jobs.SCHEDULES,
)
# Each of these packages brings its own translations.
FEATURES = (
    "klankbord",
    "klankbord.accounts",
    "klankbord.actions",
    "klankbord.audit",
    "klankbord.invitations",
    "klankbord.methods",
    "klankbord.organisation",
    "klankbord.outbox",
    "klankbord.oversight",
    "klankbord.people",
    "klankbord.portal",
    "klankbord.privacy",
    "klankbord.questionnaires",
    "klankbord.tasks",
    "klankbord.tenants",
    "klankbord.workspace",
)


def create_app(config: Config) -> Flask:
    """Return the app with every core feature and every installed plugin."""
    engine = open_engine(config.database_url, pool_size=config.pool_size)
    use_redis(config.redis_url)
    use_keyring(Keyring(open_engine(config.keys_database_url), config.master_key))
    app = Application("klankbord", static_folder="static")
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        PREFERRED_URL_SCHEME=config.scheme,
        WTF_CSRF_TIME_LIMIT=None,
    )
    plugins = installed_plugins()
    app.extensions["klankbord-plugins"] = plugins
    app.extensions["klankbord-mails"] = _mails(plugins)
    use_questionnaires(plugins)
    app.extensions["klankbord-address-book"] = PeopleBook()
    app.extensions["klankbord-engine"] = engine
    app.extensions["klankbord-config"] = config
    _init_parts(app, engine, config, plugins)
    for blueprint in CORE_BLUEPRINTS:
        app.register_blueprint(blueprint)
    for plugin in plugins.values():
        for blueprint in plugin.blueprints:
            app.register_blueprint(blueprint)
    check_views(app)
    return app


def _init_parts(
    app: Flask, engine: Engine, config: Config, plugins: Mapping[str, Plugin]
) -> None:
    init_access_log(app)
    packages = dict.fromkeys(FEATURES)
    for plugin in plugins.values():
        for blueprint in plugin.blueprints:
            packages[blueprint.import_name.partition(".")[0]] = None
    init_languages(app, packages)
    init_web(app, engine, FrontDoor(Directory(engine, config.base_url)))
    CSRFProtect(app)
    init_accounts(app, config)
    init_templates(app)
    init_pages(app, config, CORE_NAV)
    init_problems(app)


def _mails(plugins: Mapping[str, Plugin]) -> Mapping[str, MailKind]:
    mails = {kind.name: kind for kind in CORE_MAILS}
    for plugin in plugins.values():
        mails.update({kind.name: kind for kind in plugin.mails})
    return mails
