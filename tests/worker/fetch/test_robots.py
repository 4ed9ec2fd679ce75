"""robots.txt over real HTTP: obeyed, cached, shared, and what counts when it cannot be had."""

import pytest

from worker import embedded
from worker.errors import FetchFailed, RobotsRefused
from worker.fetch import robots
from worker.fetch.client import Fetcher, Manners
from worker.settings import Settings

OBEDIENT = Manners(
    requests_per_second=0, concurrency=4, allow_private_addresses=True, publication="a", obey_robots=True
)


@pytest.fixture(autouse=True)
def _clean(site):
    site.clear()
    site.robots()
    site.requests.clear()
    yield
    site.clear()
    site.robots()


@pytest.fixture(scope="module")
def redis_settings(tmp_path_factory):
    settings = Settings(var_dir=tmp_path_factory.mktemp("redis"), request_attempts=1, request_timeout_seconds=10)
    embedded.ensure(settings)
    yield settings
    embedded.stop(settings)


@pytest.fixture
def make_fetcher(redis_settings):
    made = []

    def make(*, alone=False):
        made.append(Fetcher(redis_settings, None if alone else embedded.connect(redis_settings)))
        return made[-1]

    client = embedded.connect(redis_settings)
    client.flushall()
    client.close()
    yield make
    for fetcher in made:
        fetcher.close()


def alive():
    pass


def asked(site):
    return sum(request.path == "/robots.txt" for request in site.requests)


def test_what_is_disallowed_is_refused_without_a_request_and_the_rest_is_fetched(site, make_fetcher):
    site.robots("User-agent: *\nDisallow: /private/\n")
    bad, good = make_fetcher().get_all([f"{site.url}/private/a.htm", f"{site.url}/"], OBEDIENT, alive)
    assert isinstance(bad, RobotsRefused)
    assert "/robots.txt asks us not to" in str(bad)
    assert good.status == 200
    assert not any(request.path.startswith("/private") for request in site.requests)


def test_a_rule_for_our_own_name_goes_before_one_for_all(site, make_fetcher):
    site.robots("User-agent: *\nDisallow: /\n\nUser-agent: Broadsheet\nAllow: /\n")
    assert make_fetcher().get(f"{site.url}/", OBEDIENT, alive).status == 200
    site.robots("User-agent: *\nAllow: /\n\nUser-agent: broadsheet\nDisallow: /\n")
    with pytest.raises(RobotsRefused):
        make_fetcher(alone=True).get(f"{site.url}/", OBEDIENT, alive)


def test_a_row_that_does_not_obey_never_asks(site, make_fetcher):
    site.robots("User-agent: *\nDisallow: /\n")
    manners = Manners(requests_per_second=0, concurrency=4, allow_private_addresses=True)
    assert make_fetcher().get(f"{site.url}/", manners, alive).status == 200
    assert asked(site) == 0


def test_the_file_is_asked_for_once_by_all_workers(site, make_fetcher):
    site.robots("User-agent: *\nDisallow: /private/\n")
    for _ in range(3):
        fetcher = make_fetcher()
        for _ in range(3):
            fetcher.get(f"{site.url}/", OBEDIENT, alive)
            with pytest.raises(RobotsRefused):
                fetcher.get(f"{site.url}/private/", OBEDIENT, alive)
    assert asked(site) == 1


@pytest.mark.parametrize("status", [404, 403, 401, 410])
def test_a_site_without_a_file_allows_everything(site, make_fetcher, status):
    site.robots("User-agent: *\nDisallow: /\n", status=status)
    assert make_fetcher().get(f"{site.url}/", OBEDIENT, alive).status == 200


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_file_that_cannot_be_had_forbids_everything_for_a_while_and_may_pass(site, make_fetcher, status, monkeypatch):
    site.robots("", status=status)
    fetcher = make_fetcher()
    for _ in range(3):
        with pytest.raises(FetchFailed, match=r"robots\.txt cannot be had"):
            fetcher.get(f"{site.url}/", OBEDIENT, alive)
    assert [request.path for request in site.requests] == ["/robots.txt"]
    site.robots()
    monkeypatch.setattr(robots, "_UNREACHABLE", 0.0)
    assert fetcher.get(f"{site.url}/", OBEDIENT, alive).status == 200


def test_a_reset_instead_of_the_file_may_pass_too(site, make_fetcher):
    site.reset("/robots.txt")
    with pytest.raises(FetchFailed, match=r"robots\.txt cannot be had"):
        make_fetcher().get(f"{site.url}/", OBEDIENT, alive)


def test_what_the_file_said_last_counts_while_it_cannot_be_had(site, make_fetcher, monkeypatch):
    site.robots("User-agent: *\nDisallow: /private/\n")
    fetcher = make_fetcher()
    fetcher.get(f"{site.url}/", OBEDIENT, alive)
    site.robots("", status=500)
    monkeypatch.setattr(robots, "_FRESH", 0.0)
    monkeypatch.setattr(robots, "_OWN", 0.0)
    assert fetcher.get(f"{site.url}/", OBEDIENT, alive).status == 200
    with pytest.raises(RobotsRefused):
        fetcher.get(f"{site.url}/private/", OBEDIENT, alive)
    assert asked(site) > 1


def test_a_crawl_delay_is_kept(site, make_fetcher):
    site.robots("User-agent: *\nCrawl-delay: 0.5\n")
    fetcher = make_fetcher()
    fetcher.get(f"{site.url}/", OBEDIENT, alive)
    fetcher.get(f"{site.url}/", OBEDIENT, alive)
    first, second = (request.at for request in site.requests if request.path == "/")
    assert second - first >= 0.25


def test_a_redirect_is_looked_up_at_its_own_site(site, make_fetcher):
    site.robots("User-agent: *\nDisallow: /private/\n")
    site.redirect("^/moved", f"{site.url}/private/a.htm")
    with pytest.raises(RobotsRefused, match="private"):
        make_fetcher().get(f"{site.url}/moved", OBEDIENT, alive)
    assert not any(request.path.startswith("/private") for request in site.requests)


def test_a_file_that_leads_elsewhere_is_followed(site, make_fetcher):
    site.robots("User-agent: *\nDisallow: /private/\n")
    site.redirect("^/robots.txt$", "/elsewhere.txt", times=1)
    site.garbage("^/elsewhere.txt$")
    assert make_fetcher().get(f"{site.url}/", OBEDIENT, alive).status == 200


@pytest.mark.parametrize("kind", ["huge", "garbage", "empty", "loop"])
def test_an_odd_file_breaks_nothing(site, make_fetcher, kind):
    getattr(site, kind)("^/robots.txt")
    assert make_fetcher().get(f"{site.url}/", OBEDIENT, alive).status == 200


def test_without_redis_a_process_remembers_by_itself(site, make_fetcher):
    fetcher = make_fetcher(alone=True)
    for _ in range(3):
        fetcher.get(f"{site.url}/", OBEDIENT, alive)
    assert asked(site) == 1
