"""The bare floor of B5: one psycopg query and joined strings, on the same server."""

import os
import threading

import psycopg
from flask import Flask

app = Flask("floor")
_local = threading.local()
SQL = """
    select c.id, f.name, c.measure, c.begins_on, a.name from case_file c
    join family f on f.tenant_id = c.tenant_id and f.id = c.family_id
    left join account a on a.tenant_id = c.tenant_id and a.id = c.worker_id
    where c.tenant_id = %s order by f.name limit 50
"""


@app.get("/")
def rows() -> str:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ["FLOOR_URL"], autocommit=True)
    found = _local.connection.execute(SQL, [os.environ["FLOOR_TENANT"]])
    lines = [
        f"<tr><th>{name}</th><td>{measure}</td><td>{begins}</td><td>{worker}</td></tr>"
        for _id, name, measure, begins, worker in found
    ]
    return "<!doctype html><table>" + "".join(lines) + "</table>"


@app.get("/readyz")
def ready() -> str:
    return "ready"
