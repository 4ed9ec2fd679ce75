from pathlib import Path

import pytest
from pydantic import ValidationError

from worker import settings as settings_module
from worker.errors import Unusable
from worker.settings import PREFIX, Settings, get_settings, sources, unknown_variables


@pytest.fixture(autouse=True)
def _read_again():
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_without_configuration_everything_has_a_default_below_the_var_folder():
    settings = get_settings()
    assert settings.sqlalchemy_url == f"sqlite:///{Path('var').absolute()}/broadsheet.db"
    assert settings.archive == Path("var/archive")
    assert settings.redis_url is None


def test_every_setting_says_what_it_means_in_one_sentence_at_least():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_a_setting_in_seconds_says_so():
    for name, field in Settings.model_fields.items():
        assert ("second" in field.description) == name.endswith("_seconds"), name


def test_settings_come_from_variables_with_the_prefix(monkeypatch):
    monkeypatch.setenv("BROADSHEET_LEASE_SECONDS", "77")
    monkeypatch.setenv("broadsheet_var_dir", "/x")
    monkeypatch.setenv("LEASE_SECONDS", "5")
    assert (get_settings().lease_seconds, get_settings().var_dir) == (77, Path("/x"))


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch):
    monkeypatch.setenv("BROADSHEET_DATABASE_URL", "")
    monkeypatch.setenv("BROADSHEET_LEASE_SECONDS", "")
    assert get_settings().database_url is None
    assert get_settings().lease_seconds == Settings.model_fields["lease_seconds"].default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEASE_SECONDS", "soon"), ("LEASE_SECONDS", "0"), ("MAX_ATTEMPTS", "0"), ("MAX_BODY_BYTES", "-1"),
        ("REQUEST_ATTEMPTS", "99"), ("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "xml"), ("FLOWER_PORT", "70000"),
        ("CONTACT", "two words"), ("CONTACT", "line\nbreak"), ("CONTACT", "编辑部"), ("TICK_SECONDS", "0"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_one_line_with_the_variables_name(monkeypatch, name, value):
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(Unusable, match=f"^{PREFIX}{name}: ") as error:
        get_settings()
    assert "\n" not in str(error.value)


def test_passwords_do_not_show(monkeypatch):
    monkeypatch.setenv("BROADSHEET_DATABASE_URL", "postgresql+psycopg://user:secret@h/x")
    monkeypatch.setenv("BROADSHEET_REDIS_URL", "redis://:secret@h/0")
    settings = get_settings()
    assert "secret" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.sqlalchemy_url == "postgresql+psycopg://user:secret@h/x"


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        get_settings().lease_seconds = 9


def test_the_contact_stands_in_the_user_agent():
    assert Settings(contact="https://example.org/bot").user_agent.endswith("(https://example.org/bot)")
    assert "no contact given" in Settings().user_agent


def test_where_a_setting_comes_from_is_told(monkeypatch):
    monkeypatch.setenv("broadsheet_lease_seconds", "77")
    monkeypatch.setenv("BROADSHEET_CONTACT", "")
    told = sources()
    assert told["lease_seconds"] == "BROADSHEET_LEASE_SECONDS"
    assert told["contact"] == told["var_dir"] == "default"
    assert set(told) == set(Settings.model_fields)


def test_a_variable_that_sets_nothing_is_named_with_what_was_meant(monkeypatch):
    monkeypatch.setenv("BROADSHEET_LEASE_SECOND", "77")
    monkeypatch.setenv("BROADSHEET_XYZZY", "1")
    monkeypatch.setenv("BROADSHEET_CONTACT", "a@b")
    assert unknown_variables() == {
        "BROADSHEET_LEASE_SECOND": "BROADSHEET_LEASE_SECONDS",
        "BROADSHEET_XYZZY": None,
    }


def test_the_limits_of_a_task_fit_into_each_other():
    """CELERY.md: a message must not come back while its task still runs, and a lease outlives one slow request."""
    settings = Settings()
    assert settings.task_soft_seconds < settings.task_hard_seconds < settings.visibility_timeout_seconds
    assert settings.request_timeout_seconds < settings.lease_seconds


def test_a_secret_may_be_a_file_that_a_variable_goes_before(tmp_path, monkeypatch):
    docker, systemd = tmp_path / "secrets", tmp_path / "credentials"
    for folder, word in ((docker, "one"), (systemd, "two")):
        folder.mkdir()
        (folder / "broadsheet_redis_url").write_text(f"redis://:{word}@queue/0\n", encoding="utf-8")
    monkeypatch.setattr(settings_module, "SECRETS", docker)
    get = get_settings.__wrapped__
    assert get().redis_url.get_secret_value() == "redis://:one@queue/0"
    assert sources()["redis_url"] == str(docker / "broadsheet_redis_url")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(systemd))
    assert get().redis_url.get_secret_value() == "redis://:two@queue/0"
    monkeypatch.setenv("BROADSHEET_REDIS_URL", "redis://other/0")
    assert get().redis_url.get_secret_value() == "redis://other/0"
    assert sources()["redis_url"] == "BROADSHEET_REDIS_URL"


def test_a_secret_file_that_does_not_fit_is_named_without_its_text(tmp_path, monkeypatch):
    (tmp_path / "broadsheet_redis_url").write_text("http://:hidden@queue/0\n", encoding="utf-8")
    monkeypatch.setattr(settings_module, "SECRETS", tmp_path)
    with pytest.raises(Unusable, match="BROADSHEET_REDIS_URL") as error:
        get_settings.__wrapped__()
    assert "hidden" not in str(error.value)
