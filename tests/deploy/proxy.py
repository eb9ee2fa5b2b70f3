"""nginx with the configuration that is shipped, on free ports of this machine, with a certificate of its own.

In: the ports of the services behind it. Out: a `Proxy` with the addresses people use; the names of the configuration
lead to this machine for as long as it runs. Ports and paths of the file are put in as an administrator would, and
nothing else of it is changed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingest.serve import free_port

PROJECT = Path(__file__).parents[2]
SHIPPED = PROJECT / "deploy" / "nginx" / "bbaj.conf"
DASHBOARDS, CLOCKWORK = "bbaj.example.kz", "airflow.bbaj.example.kz"
# Debian's keeps its own folders; what it would write there is written below a folder of the test's.
_AROUND = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/bbaj.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """`certificate`: what a browser has to trust; `tls`, `plain`: the ports that stand for 443 and 80."""

    certificate: Path
    tls: int
    plain: int

    def address(self, name: str) -> str:
        return f"https://{name}:{self.tls}"


def program() -> str | None:
    """Debian's nginx; None where it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def names_lead_here() -> Iterator[None]:
    """The names of the configuration are this machine's."""
    asked = socket.getaddrinfo

    def answer(host: Any, *more: Any, **named: Any) -> Any:
        is_ours = isinstance(host, str) and host.endswith("example.kz")
        return asked("127.0.0.1" if is_ours else host, *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", answer)
        yield


@contextmanager
def proxied(folder: Path, superset: int, airflow: int) -> Iterator[Proxy]:
    """nginx before services at these ports."""
    found = program()
    assert found is not None
    proxy = Proxy(_certify(folder), free_port(), free_port())
    placed = SHIPPED.read_text(encoding="utf-8")
    for before, after in (
        ("listen 443", f"listen 127.0.0.1:{proxy.tls}"),
        ("listen 80", f"listen 127.0.0.1:{proxy.plain}"),
        ("127.0.0.1:8088", f"127.0.0.1:{superset}"),
        ("127.0.0.1:8080", f"127.0.0.1:{airflow}"),
        ("/etc/ssl/bbaj/fullchain.pem", str(proxy.certificate)),
        ("/etc/ssl/bbaj/key.pem", str(folder / "key.pem")),
    ):
        assert before in placed
        placed = placed.replace(before, after)
    (folder / "bbaj.conf").write_text(placed, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=user), encoding="utf-8")
    line = [found, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tried = subprocess.run([*line, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    server = subprocess.Popen(line)
    try:
        _await(proxy.tls, server, folder / "error.log")
        with names_lead_here():
            yield proxy
    finally:
        server.terminate()
        server.wait(60)


def _await(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def _certify(folder: Path) -> Path:
    """A certificate for both names, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DASHBOARDS)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(DASHBOARDS), x509.DNSName(CLOCKWORK)])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    (folder / "certificate.pem").write_bytes(signed.public_bytes(pem))
    return folder / "certificate.pem"
