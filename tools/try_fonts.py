"""Run the tests that depend on fonts as on machines with other fonts: python tools/try_fonts.py [-k "labels or page"]

Each set is one of Debian's packages alone, so far as it is installed here: fonts-dejavu, fonts-liberation,
fonts-noto-core; then all fonts of this machine, and none. Arguments are handed on to pytest.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BOOK = Path(__file__).resolve().parent.parent
FOLDER = Path("/usr/share/fonts/truetype")
SETS = {name: [FOLDER / name] for name in ("dejavu", "liberation", "noto")}
SETS |= {"all": [Path("/usr/share/fonts")], "none": []}
TESTS = ["tests/book/test_live_page.py", "tests/site/test_site.py"]
CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/conf.d</include>{}<cachedir>{}</cachedir></fontconfig>"""


def run(folders, options):
    """The last line of pytest where only the fonts of these folders exist."""
    with tempfile.TemporaryDirectory() as cache:
        file = Path(cache) / "fonts.conf"
        file.write_text(CONFIGURATION.format("".join(f"<dir>{folder}</dir>" for folder in folders), cache))
        command = [sys.executable, "-m", "pytest", "-q", *TESTS, *options]
        env = {**os.environ, "FONTCONFIG_FILE": str(file)}
        found = subprocess.run(command, cwd=BOOK, env=env, capture_output=True, text=True, encoding="utf-8")
    failed = re.findall("^(?:FAILED|ERROR) .*", found.stdout, re.M)
    return "\n".join([found.stdout.strip().split("\n")[-1], *failed])


def main(options):
    for name, folders in SETS.items():
        missing = [folder for folder in folders if not folder.exists()]
        print(f"{name}: {'not installed' if missing else run(folders, options)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["-k", "labels or moves_by or large_text"])
