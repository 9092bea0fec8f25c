"""What several test files share."""

from pathlib import Path

import pytest
from backprop.shapes import InputError

BOOK = Path(__file__).resolve().parent.parent
BUILT = BOOK / "_build/html"
PAGES = sorted(page for page in BUILT.rglob("*.html") if "_static" not in page.relative_to(BUILT).parts)
NOTEBOOKS = sorted(BOOK.glob("chapters/*.ipynb"))
PHONE, DESKTOP = {"width": 375, "height": 800}, {"width": 1280, "height": 800}


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
