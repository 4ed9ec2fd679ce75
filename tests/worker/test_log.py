import io
import json
import logging
from datetime import datetime

import pytest
import structlog

from worker import log
from worker.settings import Settings


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _put_back():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    levels = {name: each.level for name, each in root.manager.loggerDict.items() if isinstance(each, logging.Logger)}
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    for name, each in root.manager.loggerDict.items():
        if isinstance(each, logging.Logger):
            each.setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def written():
    """Configure logging and give a function that reads the lines written so far."""

    def configure(stream=None, level=None, **settings):
        stream = stream or io.StringIO()
        log.configure(Settings(**settings), stream=stream, level=level)
        return lambda: stream.getvalue().splitlines()

    return configure


def test_an_event_is_one_line_of_json_with_its_values(written):
    lines = written()
    structlog.get_logger("broadsheet").info("page_stored", articles=7, error="第一\n第二")
    (line,) = lines()
    event = json.loads(line)
    assert (event["event"], event["level"], event["logger"], event["articles"]) == (
        "page_stored",
        "info",
        "broadsheet",
        7,
    )
    assert event["error"] == "第一\n第二"
    assert "第一" in line
    assert datetime.fromisoformat(event["timestamp"]).utcoffset().total_seconds() == 0


def test_what_is_bound_stands_on_every_line_also_on_those_of_libraries(written):
    lines = written()
    structlog.contextvars.bind_contextvars(task_id="t1", publication="weifangdaily")
    structlog.get_logger("broadsheet").info("one")
    logging.getLogger("celery.worker").warning("two %s", "three")
    structlog.contextvars.clear_contextvars()
    structlog.get_logger("broadsheet").info("four")
    one, two, four = map(json.loads, lines())
    assert (one["task_id"], one["publication"], two["task_id"]) == ("t1", "weifangdaily", "t1")
    assert two["event"] == "two three"
    assert "task_id" not in four


def test_a_librarys_message_of_several_lines_is_one_line(written):
    lines = written(log_format="text")
    logging.getLogger("celery").warning("banner\n  of several\n\nlines")
    (line,) = lines()
    assert "banner of several lines" in line


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_our_own_event_is_one_line_whatever_its_values(written, log_format):
    lines = written(log_format=log_format)
    structlog.get_logger("broadsheet").info("attempt_failed", error="one\ntwo")
    assert len(lines()) == 1


def test_an_exception_is_part_of_its_line(written):
    lines = written()
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        structlog.get_logger("broadsheet").exception("internal_error")
        logging.getLogger("other").exception("theirs")
    ours, theirs = map(json.loads, lines())
    for event in (ours, theirs):
        assert event["exception"][0]["exc_type"] == "ZeroDivisionError"


def test_a_terminal_gets_text_and_anything_else_json(written):
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        written(stream)
        structlog.get_logger("broadsheet").info("page_stored", articles=7)
    assert "page_stored" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert json.loads(file.getvalue())["articles"] == 7


@pytest.mark.parametrize(("log_format", "is_json"), [("json", True), ("text", False)])
def test_the_form_can_be_chosen_against_the_stream(written, log_format, is_json):
    stream = Terminal() if is_json else io.StringIO()
    lines = written(stream, log_format=log_format)
    structlog.get_logger("broadsheet").info("x")
    assert lines()[0].startswith("{") is is_json
    assert ("\x1b[" in lines()[0]) is False or not is_json


def test_the_level_holds_for_ours_and_theirs_and_a_command_may_change_it(written):
    lines = written(log_level="WARNING")
    structlog.get_logger("broadsheet").info("no")
    logging.getLogger("other").info("no")
    structlog.get_logger("broadsheet").warning("yes")
    assert len(lines()) == 1
    lines = written(level="ERROR")
    structlog.get_logger("broadsheet").warning("no")
    assert lines() == []


def test_chatty_libraries_are_quiet_unless_they_warn(written):
    lines = written(log_level="DEBUG")
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("httpx").warning("odd")
    logging.getLogger("broadsheet").debug("ours")
    assert [json.loads(line)["event"] for line in lines()] == ["odd", "ours"]


def test_configuring_twice_does_not_write_twice(written):
    written()
    lines = written()
    structlog.get_logger("broadsheet").info("once")
    assert len(lines()) == 1
