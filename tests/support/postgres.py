"""A PostgreSQL of one's own, with tables as Steampipe's AWS plugin has them.

The server is the system's: GitHub's runners and most machines of developers have one, and a wheel
with the binaries would be 20 MB for one file of tests. Where there is none, tests skip, and say so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

PASSWORD = "s3cr3t/p@ss"
JSON = {
    "inline_policies", "attached_policy_arns", "tags_src", "tags", "product_codes", "policy",
    "launch_permissions", "assume_role_policy", "launch_template", "launch_template_configs",
    "launch_specifications", "mixed_instances_policy_launch_template_overrides", "client_id_list",
    "supported_login_providers", "open_id_connect_provider_arns", "saml_provider_arns",
    "cognito_identity_providers", "connections", "launch_template_data",
}  # fmt: skip
TYPES = {
    "public": "boolean", "default_version": "boolean", "steampipe_available": "boolean",
    "allow_unauthenticated_identities": "boolean", "version_number": "bigint", "roles": "bigint",
    "role_last_used_date": "timestamptz",
}  # fmt: skip


def binaries() -> Path:
    """Where `initdb` and `postgres` are."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if not places:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or brew install postgresql")
    return places[0]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Runs one; its URL, with the password. It refuses to run as root, so then it does not."""
    bin_, port = binaries(), _free_port()
    user: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to anybody else
        password, data = Path(folder, "password"), Path(folder, "data")
        password.write_text(PASSWORD)
        for one in [folder, password] if user else []:
            shutil.chown(one, "nobody")
        make = [bin_ / "initdb", "-D", data, "-U", "steampipe", "--auth=scram-sha-256",
                "--no-sync", f"--pwfile={password}", "--encoding=UTF8", "--locale=C"]  # fmt: skip
        subprocess.run(make, check=True, capture_output=True, cwd="/", **user)
        run = [bin_ / "postgres", "-D", data, "-F", "-p", str(port), "-k", "",
               "-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=1MB"]  # fmt: skip
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(run, cwd="/", **quiet, **user)
        try:
            url = f"postgres://steampipe:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"
            _wait(url)
            yield url
        finally:
            process.send_signal(signal.SIGINT)  # at once, whoever is still connected
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(url: str) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PostgreSQL does not come up")


class Steampipe:
    """Writes tables, as its connections would show them."""

    def __init__(self, url: str) -> None:
        import psycopg

        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)

    def __call__(self, query: str) -> None:
        self._connection.execute(query)

    def clear(self) -> None:
        for (name,) in self._connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'aws%' OR nspname LIKE 'steam%'"
        ).fetchall():
            self(f'DROP SCHEMA "{name}" CASCADE')

    def table(
        self, schema: str, name: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()
    ) -> None:
        """`columns`: of a table without rows."""
        from psycopg.types.json import Jsonb

        names = list(dict.fromkeys([*columns, *(key for row in rows for key in row)]))
        typed = [f'"{one}" {"jsonb" if one in JSON else TYPES.get(one, "text")}' for one in names]
        self(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        self(f'CREATE TABLE "{schema}"."{name}" ({", ".join(typed)})')
        marks = ", ".join(["%s"] * len(names))
        for row in rows:
            values = [
                Jsonb(row[one]) if one in JSON and row.get(one) is not None else row.get(one)
                for one in names
            ]
            into = f'INSERT INTO "{schema}"."{name}" VALUES ({marks})'  # noqa: S608  # our own names
            self._connection.execute(into, values)

    def states(self, *rows: Mapping[str, Any]) -> None:
        """What Steampipe says of its connections."""
        plugin = {"plugin": "hub.steampipe.io/plugins/turbot/aws@latest", "error": None}
        every = [plugin | {"type": "", "state": "ready"} | dict(row) for row in rows]
        self.table("steampipe_internal", "steampipe_connection", every)
