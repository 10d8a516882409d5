"""Every address of the app can be listed: for walks, for audits, for a proxy."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from klankbord.routes import list_routes
from klankbord.testing.servers import environment_of


@pytest.fixture(scope="module")
def listed(databases, valkey):
    command = [Path(sys.executable).with_name("klankbord"), "routes", "--json"]
    environment = environment_of(databases, valkey)
    printed = subprocess.run(
        command, env=environment, capture_output=True, check=True
    ).stdout
    return json.loads(printed)


def test_every_route_of_the_app_is_listed(app, listed):
    assert {(route["endpoint"], route["rule"]) for route in listed} == {
        (rule.endpoint, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    }


def test_each_example_leads_to_its_own_endpoint(app, listed):
    addresses = app.url_map.bind("example.test")
    for route in listed:
        endpoint, _values = addresses.match(
            route["example"], method=route["methods"][0]
        )
        assert endpoint == route["endpoint"]


def test_each_route_says_what_it_asks_and_for_whom(app, listed):
    for route in listed:
        view = app.view_functions[route["endpoint"]].__dict__
        assert bool(route["permission"]) != bool(view.get("tenant_free"))
        assert route["audience"] in {"public", "portal", "staff", "system"}


def test_a_plugins_routes_bear_its_name_and_the_cores_none(app, listed):
    plugins = app.extensions["klankbord-plugins"]
    for route in listed:
        owner = route["permission"].partition(".")[0]
        assert route["plugin"] == (owner if owner in plugins else "")


def test_the_rows_tell_which_ids_an_address_wants(app):
    [route] = [
        route for route in list_routes(app) if route.endpoint == "outbox.withdraw"
    ]

    assert route.rows == {"message_id": "message"}
    assert route.methods == ("POST",)
