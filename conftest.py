"""For all tests: property tests draw the same examples everywhere, and what lasts longest starts first."""

import sys

import pytest
from hypothesis import settings

settings.register_profile("book", derandomize=True, deadline=None)
settings.load_profile("book")

# Parts of a file's path, the longest files first; with --dist loadfile --no-loadscope-reorder the workers take the
# files in this order, so that none is left alone with a long one at the end.
LONGEST = ["test_site", "test_accessibility", "test_live_page", "project-", ".ipynb", "test_live", "test_loss"]


def place(item):
    path = item.nodeid.split("::")[0]
    return next((k for k, part in enumerate(LONGEST) if part in path), len(LONGEST))


def pytest_collection_modifyitems(items):
    items.sort(key=place)


@pytest.fixture(autouse=True)
def arrays_in_the_order_of_this_file(request):
    """Arrays are shown in the order in which their names were first declared: here in this file, not in another one
    that the same process has read before.
    """
    vocabulary = sys.modules.get("backprop.proof.vocabulary")
    if vocabulary is None:
        yield
        return
    declared, before = vocabulary.DECLARED, dict(vocabulary.DECLARED)
    here = vars(getattr(request, "module", None) or object).values()
    names = dict.fromkeys(str(a.label) for a in here if isinstance(a, vocabulary.Array))
    declared.clear()
    declared.update((name, place) for place, name in enumerate(names))
    yield
    declared.clear()
    declared.update(before)
