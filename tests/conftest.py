"""A page in Chromium without a network, for the tests of the built book; and what was not run, and why."""

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from matplotlib import get_data_path
from playwright.sync_api import sync_playwright

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 180_000  # ms: on a busy machine everything takes longer, and nothing is waited for that does not come
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>"""


def environment(folder):
    """Chromium ends at a letter if the machine has no font; then it gets those that matplotlib brings."""
    listing = shutil.which("fc-list")
    if listing is None or subprocess.run([listing], capture_output=True, check=True).stdout.strip():
        return {**os.environ}
    file = folder / "fonts.conf"
    file.write_text(FONTS.format(Path(get_data_path()) / "fonts/ttf", folder), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(file)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    if not found:
        reason = "no Chromium: install chromium or google-chrome"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    env = environment(tmp_path_factory.mktemp("fonts"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found[0], args=QUIET, env=env, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, request):
    context = browser.new_context(**getattr(request, "param", {}))
    context.set_default_timeout(PATIENCE)
    context.route(re.compile("^https?:"), lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    """In the last lines: how many tests were skipped, for each reason."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, number in reasons.most_common():
        terminalreporter.write_line(f"NOT RUN: {number} test{'s' * (number > 1)}, because {reason}", yellow=True)
