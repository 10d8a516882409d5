"""The test session's own servers leave nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SESSION = """
import sys, time
from klankbord.testing import servers
from klankbord.embedded import start_postgres, start_valkey
with servers._own_directory() as first, servers._own_directory() as second:
    postgres = start_postgres(first / "postgres", durable=False)
    start_valkey(second, persist=False)
    print((first / "postgres/postmaster.pid").read_text().split()[0], first, flush=True)
    print((second / "valkey.pid").read_text().strip(), second, flush=True)
    time.sleep(60)
"""


def is_gone(pid: int) -> bool:
    """Whether a process ended; nobody may have reaped it in a container."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def test_servers_stop_and_their_directory_goes_when_the_tests_are_killed():
    with subprocess.Popen(
        [sys.executable, "-c", SESSION], stdout=subprocess.PIPE, text=True
    ) as session:
        assert session.stdout
        left = [session.stdout.readline().split() for _ in range(2)]
        assert not any(is_gone(int(pid)) for pid, _ in left)
        os.kill(session.pid, signal.SIGKILL)

    until = time.monotonic() + 30
    while time.monotonic() < until and any(Path(folder).exists() for _, folder in left):
        time.sleep(0.05)

    assert [folder for _, folder in left if Path(folder).exists()] == []
    assert [pid for pid, _ in left if not is_gone(int(pid))] == []
