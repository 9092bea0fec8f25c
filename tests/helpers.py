"""What several test files share."""

from itertools import cycle
from pathlib import Path

import pytest
from backprop.shapes import InputError

BOOK = Path(__file__).resolve().parent.parent
BUILT = BOOK / "_build/html"
PAGES = sorted(page for page in BUILT.rglob("*.html") if "_static" not in page.relative_to(BUILT).parts)
NOTEBOOKS = [BOOK / "index.ipynb", *sorted(BOOK.glob("chapters/*.ipynb"))]
PHONE, DESKTOP = {"width": 375, "height": 800}, {"width": 1280, "height": 800}
SETTINGS = {
    "light-desk": ("light", DESKTOP),
    "dark-phone": ("dark", PHONE),
    "light-phone": ("light", PHONE),
    "dark-desk": ("dark", DESKTOP),
}
# a colour that fades in is pale until then
STILL = "*, ::before, ::after { animation: none !important; transition: none !important }"


def name_of(page):
    return str(page.relative_to(BUILT))


def in_one_setting():
    """Each page with one of the four settings, in turn."""
    turns = zip(PAGES, cycle(SETTINGS.items()))
    return [pytest.param(page, [setting], id=f"{name_of(page)}-{name}") for page, (name, setting) in turns]


def in_the_others():
    """Each page with the three settings that ``in_one_setting`` leaves."""
    chosen = [(param.values, param.id) for param in in_one_setting()]
    left = [(page, [s for s in SETTINGS.values() if s != setting], name) for (page, [setting]), name in chosen]
    return [pytest.param(page, settings, id=f"not-{name}") for page, settings, name in left]


def refused(function, *args, **kwargs):
    """The message of the InputError that the call raises."""
    with pytest.raises(InputError) as caught:
        function(*args, **kwargs)
    message = str(caught.value)
    assert "expected" in message
    assert "received" in message
    assert "Likely cause: " in message
    assert len(message.split("Likely cause: ")[1]) > 10
    return message
