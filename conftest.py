"""For all tests: property tests draw the same examples everywhere, and what lasts longest starts first."""

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
