"""Redis and PostgreSQL over TLS when their URLs say so: real servers, our certificate, and a stranger's refused."""

import json
import shutil
import subprocess

import psycopg
import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from tests import postgres
from tests.acceptance.processes import Service
from tests.servers import free_port, redis_server
from worker import embedded
from worker.domain import State
from worker.settings import Settings

PAPERS = 3

pytestmark = pytest.mark.timeout(300)


def certificate(folder, name):
    """A certificate for localhost that signs itself; gives its file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / f"{name}.crt"


@pytest.fixture
def stranger(tmp_path):
    """A certificate that signed nothing here."""
    return certificate(tmp_path, "stranger")


@pytest.fixture
def tls_redis(tmp_path):
    """A Redis that speaks TLS alone; gives its port and certificate."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("needs a Redis with TLS: the wheel's has none; apt-get install redis-server")
    own, port = certificate(tmp_path, "redis"), free_port()
    options = {
        "--tls-port": str(port),
        "--port": "0",
        "--tls-cert-file": str(own),
        "--tls-key-file": str(own.with_suffix(".key")),
        "--tls-ca-cert-file": str(own),
        "--tls-auth-clients": "no",
    }
    words = [word for pair in options.items() for word in pair]
    with redis_server(tmp_path, *words, program=program, port=port):
        yield port, own


@pytest.fixture
def tls_postgres(tmp_path):
    """A PostgreSQL that takes nothing but TLS on loopback; gives its URL without options, and its certificate."""
    own, port = certificate(tmp_path, "postgres"), free_port()

    def prepare(server):
        data = server.folder / "data"
        for suffix in (".crt", ".key"):
            copy = data / f"server{suffix}"
            shutil.copy(own.with_suffix(suffix), copy)
            copy.chmod(0o600)
            if server.user is not None:
                shutil.chown(copy, server.user)
        access = data / "pg_hba.conf"
        access.write_text(f"hostnossl all all 127.0.0.1/32 reject\n{access.read_text('utf-8')}", encoding="utf-8")
        return {"listen_addresses": "127.0.0.1", "port": str(port), "ssl": "on"}

    with postgres.running(prepare) as server:
        server.execute("CREATE DATABASE papers")
        yield f"postgresql+psycopg://postgres@localhost:{port}/papers", own


@pytest.fixture
def service(tmp_path, site):
    """A function that makes a service on a database and a Redis."""
    site.clear()
    made = []

    def make(database_url, redis_url):
        made.append(Service(tmp_path, database_url, site.catalogue() + "\n[weifangdaily]\nenabled = false\n"))
        made[-1].environment["BROADSHEET_REDIS_URL"] = redis_url
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_editions_go_through_over_tls_alone(service, tls_redis, tls_postgres):
    port, redis_certificate = tls_redis
    url, certificate_file = tls_postgres
    running = service(
        f"{url}?sslmode=verify-full&sslrootcert={certificate_file}",
        f"rediss://localhost:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={redis_certificate}",
    )
    migrated = running.command("migrate")
    assert migrated.returncode == 0, migrated.stderr
    running.worker()
    running.beat()
    running.wait_all(State.COMPLETE, PAPERS)
    checks = {row["check"]: row for row in json.loads(running.command("doctor", "--json").stdout)}
    assert checks["redis encryption"]["level"] == "ok"
    assert checks["workers daily"]["level"] == "ok"


def test_a_certificate_that_a_stranger_signed_is_refused(service, tls_redis, tls_postgres, stranger):
    port, _ = tls_redis
    url, _ = tls_postgres
    own = f"rediss://localhost:{port}/0"
    running = service(f"{url}?sslmode=verify-full&sslrootcert={stranger}", f"{own}?ssl_ca_certs={stranger}")
    for line in ("migrate", "doctor --only redis"):
        done = running.command(*line.split())
        assert done.returncode == 1, done.stdout
        assert "certificate verify failed" in done.stdout + done.stderr
    # What Celery does with the address is not the same code.
    for options in (f"?ssl_cert_reqs=required&ssl_ca_certs={stranger}", f"?ssl_ca_certs={stranger}", ""):
        broker = embedded.broker_url(Settings(redis_url=f"{own}{options}"))
        app = Celery(broker=broker, set_as_current=False)
        with pytest.raises(OperationalError, match="certificate verify failed"), app.connection() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
        app.close()


def test_a_connection_in_the_clear_is_refused_where_only_tls_is_taken(tls_postgres):
    url, _ = tls_postgres
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        psycopg.connect(url.replace("+psycopg", "") + "?sslmode=disable")
