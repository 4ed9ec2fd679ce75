"""The service on the site's newspapers, as most tests here want it."""

import pytest

from tests.acceptance.processes import Service


@pytest.fixture
def service(tmp_path, database_url, site):
    """A service whose processes a test starts; they are ended with it."""
    site.clear()
    made = Service(tmp_path, database_url, site.catalogue() + "\n[weifangdaily]\nenabled = false\n")
    yield made
    site.clear()
    made.stop()
