"""The Compose service, its image and its proxy: valid by their own programs, closed to the outside, and ours."""

import base64
import re
import subprocess
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import yaml

from tests.conftest import wait_until
from tests.deploy.commands import DEPLOY, assert_command, assert_setting, tool
from tests.deploy.echo import Echo
from worker.settings import Settings

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "BROADSHEET_IMAGE" in service["image"]}
EXAMPLE = (DEPLOY / ".env.example").read_text("utf-8")


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


def test_docker_compose_takes_it_and_every_variable_has_an_example():
    done = subprocess.run(
        [tool("docker-compose"), "-f", DEPLOY / "compose.yaml", "--env-file", DEPLOY / ".env.example", "config"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    merged = yaml.safe_load(done.stdout)["services"]
    assert set(merged) == set(SERVICES)
    assert merged["beat"]["deploy"]["replicas"] == 2
    used = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))
    shown = set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))
    assert used == shown


@pytest.mark.parametrize("name", OURS)
def test_a_process_of_ours_is_locked_in_and_says_how_it_is(name):
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(mount.startswith("/tmp") for mount in service["tmpfs"])
    assert any(":/var/lib/broadsheet" in volume for volume in service["volumes"])
    assert "ports" not in service
    # Longer than the soft shutdown, or the container is killed with its tasks.
    assert seconds(service["stop_grace_period"]) >= Settings().soft_shutdown_seconds + 15
    assert_command(service["command"])
    for variable in service["environment"]:
        if variable.startswith("BROADSHEET_"):
            assert_setting(variable)
            assert not variable.endswith(("_URL", "_PASSWORD")), "a secret belongs into a file"
    check = service["healthcheck"]
    if name in {"migrate", "roles"}:
        assert check == {"disable": True}
    else:
        assert_command(check["test"][1:])
        assert seconds(check["interval"]) >= 30


def test_a_worker_is_healthy_when_editions_move_not_when_a_process_lives():
    for queue in ("daily", "backfill"):
        assert OURS[f"worker-{queue}"]["healthcheck"]["test"][-1] == f"progress {queue}"
        assert queue in OURS[f"worker-{queue}"]["command"]


def test_only_the_proxy_is_published_and_the_servers_are_where_nothing_comes_in_or_goes_out():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    internal = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    for name in ("postgres", "redis", "prometheus", "migrate", "board", "flower", "metrics"):
        assert set(SERVICES[name]["networks"]) <= internal, name
    assert "outside" in SERVICES["worker-daily"]["networks"]
    assert not {"inside"} & set(SERVICES["caddy"]["networks"])


def test_workers_start_only_on_a_migrated_database_with_rights_granted():
    for name, service in OURS.items():
        needs = service["depends_on"]
        if name == "migrate":
            assert needs["postgres"]["condition"] == "service_healthy"
        elif name == "roles":
            assert needs["migrate"]["condition"] == "service_completed_successfully"
        else:
            assert needs["roles"]["condition"] == "service_completed_successfully"


def test_only_the_migration_connects_as_administrator():
    def source(service):
        return {secret["target"]: secret["source"] for secret in service["secrets"]}.get("broadsheet_database_url")

    assert {name for name in OURS if source(OURS[name]) == "database_url_admin"} == {"migrate", "roles"}
    assert {source(OURS[name]) for name in set(OURS) - {"migrate", "roles"}} == {"database_url_worker"}


def test_every_image_is_pinned_to_a_version():
    for name, service in SERVICES.items():
        assert name in OURS or re.search(r":v?\d+\.\d+(\.\d+)?", service["image"]), service["image"]
    assert re.search(r"^ARG PYTHON=\d+\.\d+\.\d+-slim", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)


def test_every_file_that_is_mounted_is_there(tmp_path):
    for name, service in SERVICES.items():
        for volume in service.get("volumes", ()):
            if volume.startswith("./"):
                assert (DEPLOY / volume.partition(":")[0]).exists(), (name, volume)


def test_the_secrets_are_made_once_and_are_all_there(tmp_path):
    script = tmp_path / "secrets.sh"
    script.write_bytes((DEPLOY / "secrets.sh").read_bytes())
    caddy = Path(tool("caddy")).parent
    environment = {"PATH": f"{caddy}:/usr/bin:/bin"}
    first = subprocess.run(["sh", script], capture_output=True, text=True, check=True, env=environment)
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "secrets").iterdir()}
    assert {secret["file"].rpartition("/")[2] for secret in COMPOSE["secrets"].values()} <= set(made)
    subprocess.run(["sh", script], check=True, capture_output=True, env=environment)
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "secrets").iterdir()} == made
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert made["site_password"].strip() not in first.stdout + first.stderr
    worker = Settings(database_url=made["database_url_worker"].strip(), redis_url=made["redis_url"].strip())
    assert made["worker_password"].strip() in worker.sqlalchemy_url


def test_hadolint_finds_nothing_in_the_image():
    done = subprocess.run([tool("hadolint"), DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_installs_what_is_locked_by_hash_and_runs_as_nobody_special():
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert image.count("--require-hashes") == image.count("-r deploy/") == 2
    assert re.findall(r"^USER (.*)$", image, re.MULTILINE) == ["10001:10001"]
    health = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])", image, re.DOTALL)[1]
    assert_command(yaml.safe_load(health))
    for name in re.findall(r"^\s*(BROADSHEET_\w+)=", image, re.MULTILINE):
        assert_setting(name)
    for lock in ("requirements.lock", "build.lock"):
        text = (DEPLOY / lock).read_text("utf-8")
        pinned = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[\w.-]+==.*\\\n\s+--hash=sha256:", text, re.MULTILINE))


@pytest.fixture
def proxy(tmp_path):
    """Caddy with our Caddyfile on loopback, before servers that echo what they are asked; gives its URL, password."""
    caddy = tool("caddy")
    password = "a long password"
    hashed = subprocess.run([caddy, "hash-password"], input=f"{password}\n", capture_output=True, text=True, check=True)
    (tmp_path / "site_users").write_text(f"operator {hashed.stdout}", encoding="utf-8")
    text = (DEPLOY / "caddy" / "Caddyfile").read_text("utf-8").replace("/run/secrets", str(tmp_path))
    with ExitStack() as stack:
        for name, inside in (("board", 5556), ("flower", 5555), ("grafana", 3000), ("alertmanager", 9093)):
            server = stack.enter_context(Echo(name))
            assert f"{name}:{inside}" in text
            text = text.replace(f"{name}:{inside}", f"127.0.0.1:{server.port}")
        port = stack.enter_context(Echo.free_port())
        text = text.replace("{$SITE_HOST:localhost}", f"http://127.0.0.1:{port}")
        (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text, encoding="utf-8")
        process = subprocess.Popen(
            [caddy, "run", "--config", tmp_path / "Caddyfile", "--adapter", "caddyfile"],
            env={"HOME": str(tmp_path)}, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"

        def answers():
            try:
                return httpx.get(url, timeout=1)
            except httpx.HTTPError:
                return None

        try:
            wait_until(answers, 20, "Caddy")
            yield url, password
        finally:
            process.terminate()
            process.communicate()


def test_the_proxy_asks_everybody_and_tells_the_board_who_it_is(proxy):
    url, password = proxy
    for path in ("/", "/flower/", "/grafana/", "/alertmanager/", "/flower/metrics", "/editions/1"):
        assert httpx.get(url + path).status_code == 401, path
        assert httpx.get(url + path, auth=("operator", "wrong")).status_code == 401
    with httpx.Client(base_url=url, auth=("operator", password)) as client:
        board = client.get("/editions/1", headers={"X-Forwarded-User": "somebody-else"}).json()
        assert (board["server"], board["path"]) == ("board", "/editions/1")
        assert board["headers"]["x-forwarded-user"] == ["operator"]
        assert "authorization" not in board["headers"]
        flower = client.get("/flower/tasks").json()
        assert (flower["server"], flower["path"]) == ("flower", "/flower/tasks")
        # Flower asks for the same account itself.
        assert flower["headers"]["authorization"] == [
            "Basic " + base64.b64encode(f"operator:{password}".encode()).decode()
        ]
        for path in ("/grafana/d/x", "/alertmanager/"):
            answer = client.get(path).json()
            assert path.startswith(f"/{answer['server']}/")
            assert "authorization" not in answer["headers"]
        for path in ("/flower/metrics", "/flower/healthcheck"):
            assert client.get(path).status_code == 404
        assert client.get("/").headers["x-content-type-options"] == "nosniff"


def test_caddy_takes_the_file_as_it_stands(tmp_path):
    text = (DEPLOY / "caddy" / "Caddyfile").read_text("utf-8")
    formatted = subprocess.run([tool("caddy"), "fmt", "-"], input=text, capture_output=True, text=True, check=True)
    assert formatted.stdout == text
