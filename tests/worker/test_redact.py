import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.redact import without_secrets


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("redis://:word@queue:6379/0", "redis://:***@queue:6379/0"),
        ("postgresql+psycopg://me:w%40rd@db/x?sslmode=require", "postgresql+psycopg://me:***@db/x?sslmode=require"),
        ("host=db user=me password=word dbname=x", "host=db user=me password=*** dbname=x"),
        ("postgresql:///x?password=word&host=/run", "postgresql:///x?password=***&host=/run"),
        ('{"error": "GET http://a:word@paper/ failed"}', '{"error": "GET http://a:***@paper/ failed"}'),
        ("http://paper/a?access_token=word", "http://paper/a?access_token=***"),
        ("two redis://:word@a and redis://u:word@b", "two redis://:***@a and redis://u:***@b"),
    ],
)
def test_a_password_is_taken_out_and_nothing_else(line, shown):
    assert without_secrets(line) == shown
    assert without_secrets(shown) == shown


@pytest.mark.parametrize(
    "line",
    ["http://paper:8080/a@b", "mail to ops@example.org: x", "本报讯：密码 3月5日 12:00@现场", "password is missing"],
)
def test_what_is_no_password_stays(line):
    assert without_secrets(line) == line


@given(st.text("abcXYZ019-._~%", min_size=1), st.text("abc", max_size=5))
def test_whatever_the_password_is_it_is_gone(password, user):
    shown = without_secrets(f"error: redis://{user}:{password}@host/0 said no")
    assert shown == f"error: redis://{user}:***@host/0 said no"
