"""Without Chromium the tests of pages are skipped, and the last lines say so; in CI they fail."""

import os
import subprocess
import sys

from helpers import BOOK

REASON = "no Chromium: install chromium or google-chrome"


def run(folder, **variables):
    """pytest for two tests of a page and another one, where no program is found."""
    file = folder / "test_pages.py"
    file.write_text("def test_one(page): ...\ndef test_two(page): ...\ndef test_three(): ...\n", encoding="utf-8")
    env = {**os.environ, "CI": "", "PATH": str(folder), "PYTHONPATH": str(BOOK / "tests"), **variables}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they take seconds to load
    command = [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-c", os.devnull, "--rootdir", folder, file]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8")


def test_what_was_not_run_stands_in_the_last_lines(tmp_path):
    found = run(tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.splitlines()[-2:] == [f"NOT RUN: 2 tests, because {REASON}", found.stdout.splitlines()[-1]]
    assert found.stdout.splitlines()[-1].startswith("1 passed, 2 skipped")


def test_in_ci_nothing_is_skipped(tmp_path):
    found = run(tmp_path, CI="true")
    assert found.returncode == 1
    assert REASON in found.stdout
    assert "NOT RUN" not in found.stdout
