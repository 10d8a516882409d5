"""A gunicorn of one process and four threads, and requests to it over one socket."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).parent
LOG = HERE.parents[1] / "var" / "bench.log"
ROUNDS, SECONDS = 3, 2.0


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    ready_after: float  # seconds from the start to the first page
    headers: Mapping[str, str]

    @property
    def worker(self) -> psutil.Process:
        return psutil.Process(self.process.pid).children()[0]

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=dict(self.headers))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def per_cpu_second(self, path: str) -> float:
        """Return requests per CPU second of the worker, over two seconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        used = self.worker.cpu_times()
        before, count = used.user + used.system, 0
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            connection.request("GET", path, headers=dict(self.headers))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
            count += 1
        used = self.worker.cpu_times()
        connection.close()
        return count / (used.user + used.system - before)

    def megabytes(self) -> float:
        return self.worker.memory_info().rss / 1024 / 1024


@contextmanager
def serving(
    application: str,
    environment: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    path: str = "/readyz",
) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = LOG.open("a")
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            application,
            f"--bind=127.0.0.1:{port}",
            "--workers=1",
            "--threads=4",
            "--worker-class=gthread",
            "--no-control-socket",
            "--log-level=error",
        ],
        env={**os.environ, **environment, "PYTHONPATH": str(HERE)},
        stdout=log,
        stderr=log,
    )
    log.close()
    server = Server(port, process, 0.0, headers)
    try:
        _wait(server, path)
        server.ready_after = time.perf_counter() - started
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait(server: Server, path: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            status, _ = server.get(path)
        except OSError:
            time.sleep(0.02)
            continue
        if status == 200:
            return
        raise RuntimeError(f"{path} answered {status}")
    raise TimeoutError("the server did not come up")
