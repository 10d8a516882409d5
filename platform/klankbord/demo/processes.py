"""The demo's own processes: started together, stopped together.

Their pids are written down, so that a demo that was killed leaves nothing behind for
the next one to stumble over.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PATIENCE_SECONDS = 10.0


@dataclass
class Processes:
    """What the demo runs besides its servers, each with a log in the same folder."""

    folder: Path
    environment: Mapping[str, str]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *words: str) -> None:
        """Start `klankbord <words>`, its output in `<name>.log`."""
        command = [sys.executable, "-m", "klankbord", *words]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                env={**os.environ, **self.environment, "DEMO_DIR": str(self.folder)},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._running[name] = process
        (self.folder / f"{name}.pid").write_text(str(process.pid))

    def ended(self) -> list[str]:
        """Return the names of those that stopped by themselves."""
        return [name for name, one in self._running.items() if one.poll() is not None]

    def stop(self) -> None:
        """Ask all to stop, and insist with who does not."""
        for process in self._running.values():
            _signal_group(process.pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        for name, process in self._running.items():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process.pid, signal.SIGKILL)
                process.wait()
            (self.folder / f"{name}.pid").unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what an earlier demo of this folder left running when it was killed."""
        for path in self.folder.glob("*.pid"):
            pid = _pid_in(path)
            if pid is not None and _is_ours(pid, self.folder):
                _signal_group(pid, signal.SIGKILL)
            path.unlink()


def _pid_in(path: Path) -> int | None:
    text = path.read_text().strip()
    return int(text) if text.isdigit() else None


def _is_ours(pid: int, folder: Path) -> bool:
    """Tell whether the pid is a process of this demo: pids are used again."""
    try:
        return psutil.Process(pid).environ().get("DEMO_DIR") == str(folder)
    except psutil.Error:
        return False


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return  # it ended by itself
