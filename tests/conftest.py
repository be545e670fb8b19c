import pytest

# Made once for all tests that share them, and dear: who shares one shares a worker.
SHARED = ("attacked", "rehearsed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Where there are several workers, the tests of a file stay together, and the files that share a station."""
    groups: dict[object, str] = {}
    for item in items:
        shared = next((name for name in SHARED if name in item.fixturenames), item.path.name)
        if groups.get(item.path) not in SHARED:
            groups[item.path] = shared
    for item in items:
        item.add_marker(pytest.mark.xdist_group(groups[item.path]))
