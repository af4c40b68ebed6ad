"""Importing any module of ours opens nothing, starts nothing, logs nothing and registers nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Runs in a fresh process. Audit hooks see every file, socket, process and database of the interpreter itself.
PROGRAM = r"""
import importlib, logging, pkgutil, sys, threading
import core

WATCHED = {"socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.fork", "sqlite3.connect", "os.mkdir",
           "os.remove", "os.rename", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp", "signal.signal"}
seen, module = [], "core"

def is_ours():
    # Whose module is being executed? What a library does when it is imported is not our fault.
    frame = sys._getframe(2)
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return bool(frame) and str(frame.f_globals.get("__name__")).split(".")[0] in ("core", "addons")

def watch(event, args):
    # Files are only watched for writing: reading code is what importing is. Byte code is not ours.
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+") and "__pycache__" not in str(args[0])
    if (event in WATCHED or writes) and is_ours():
        seen.append(f"{module}: {event} {args[:1]}")

class Listener(logging.Handler):
    def emit(self, record):
        if is_ours():
            seen.append(f"{module}: logged {record.getMessage()!r}")

def ours():
    return [name for name in logging.root.manager.loggerDict if name.split(".")[0] in ("core", "addons")]

logging.root.addHandler(Listener())
logging.root.setLevel(0)
threads = threading.active_count()
# Walking imports the packages already.
sys.addaudithook(watch)
names = sorted(info.name for info in pkgutil.walk_packages(core.__path__, "core."))
for module in names:
    if module.endswith("__main__"):
        continue
    importlib.import_module(module)
    if any(logging.getLogger(name).handlers for name in ours()):
        seen.append(f"{module}: added a log handler")
    if threading.active_count() != threads:
        seen.append(f"{module}: started a thread")
    if any(name.startswith("addons.") for name in sys.modules):
        seen.append(f"{module}: imported an addon")
    if seen:
        break
print("\n".join(seen))
"""


def run_in(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_importing_every_module_in_a_fresh_process_has_no_side_effects() -> None:
    finished = run_in(ROOT)
    assert (finished.stdout.strip(), finished.stderr.strip()) == ("", "")
    assert finished.returncode == 0


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("open('made.txt', 'w').close()", "open"),
        ("import sqlite3; sqlite3.connect(':memory:').close()", "sqlite3.connect"),
        ("import logging; logging.getLogger('core.bad').warning('hello')", "logged 'hello'"),
        ("import logging; logging.getLogger('core.bad').addHandler(logging.NullHandler())", "added a log handler"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
    ],
)
def test_a_module_that_acts_when_imported_is_found(code: str, seen: str, tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").touch()
    (tmp_path / "core" / "bad.py").write_text(code)
    finished = run_in(tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert f"core.bad: {seen}" in finished.stdout
