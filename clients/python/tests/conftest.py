import os

import pytest

from support.service import IS_BUILT, Service


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    """A key of the user is nothing for a test."""
    monkeypatch.delenv("PERSISTENCE_URL", raising=False)
    monkeypatch.delenv("PERSISTENCE_API_KEY", raising=False)


@pytest.fixture(scope="session")
def built():
    if not IS_BUILT:
        reason = "the service is not built: run `npm run build`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="module")
def service(built, tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("service")).start()
    yield running
    running.stop()
