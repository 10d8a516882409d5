"""Looking for words where they may not be: as they are, in hexadecimal, in base64."""

import base64
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

import psycopg
from psycopg import sql
from redis import Redis
from sqlalchemy import make_url

from klankbord.embedded import PostgresServer


def found(words: Iterable[str], text: str) -> set[str]:
    """Return which words stand in a text, in whichever shape."""
    return {word for word in words if any(shape in text for shape in shapes(word))}


def shapes(word: str) -> list[str]:
    """Return how a word may be written down: plain, in hexadecimal, inside base64."""
    raw = word.encode()
    shaped = [word, raw.hex()]
    for before in range(3):  # base64 depends on how many bytes stand before it
        encoded = base64.b64encode(b"." * before + raw).decode()
        begin = (0, 2, 3)[before]
        end = len(encoded) - (4 if (before + len(raw)) % 3 else 0)
        shaped.append(encoded[begin:end])
    return shaped


def as_superuser(postgres: PostgresServer, url: str) -> str:
    """Return a database's URL for who sees every row: its owner sees none."""
    return postgres.url_of(make_url(url).database or "", "postgres")


def in_tables(url: str) -> dict[str, str]:
    """Return all that each table of a database holds, for a superuser's URL."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        return {
            table: "\n".join(
                row[0]
                for row in connection.execute(
                    sql.SQL("select t::text from {} t").format(sql.Identifier(table))
                )
            )
            for (table,) in tables
        }


def in_valkey(url: str) -> str:
    """Return every key and value of a Valkey, also what was packed."""
    with Redis.from_url(url) as redis:
        return b"\n".join(everything(redis)).decode("utf-8", "replace")


def everything(redis: Redis) -> Iterator[bytes]:
    """Return every value of a Redis, unpacked where it was packed."""
    for key in redis.scan_iter():
        kind = redis.type(key)
        values = {
            b"string": lambda key=key: [redis.get(key)],
            b"hash": lambda key=key: redis.hgetall(key).values(),
            b"list": lambda key=key: redis.lrange(key, 0, -1),
            b"set": lambda key=key: redis.smembers(key),
            b"zset": lambda key=key: redis.zrange(key, 0, -1),
            b"stream": lambda key=key: [
                value for _, row in redis.xrange(key) for value in row.values()
            ],
        }[kind]()
        for value in values:
            yield key + b" " + value
            yield unpacked(value)


def unpacked(value: bytes) -> bytes:
    """Return what RQ packed: its jobs, and the tracebacks of jobs that failed."""
    for packed in (lambda: value, lambda: base64.b64decode(value)):
        with suppress(ValueError, zlib.error):
            return zlib.decompress(packed())
    return b""
