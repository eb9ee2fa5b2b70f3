"""A mail server of the tests' own, in this process, on a free port of this machine alone.

In: how it answers. Out: what it took, in its order.
"""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "bbaj", "Құпия сөз"


@dataclass
class Answers:
    """`rcpt`, `data`: what it says instead of yes, in turn; `drop`: it takes the message and hangs up; `hang`: it says
    nothing for so many seconds. Each holds for as many messages as it says."""

    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    drop: int = 0
    hang: list[float] = field(default_factory=list)


@dataclass
class Post:
    """`taken`: what it answered with yes; `seen`: whatever reached it whole."""

    port: int
    answers: Answers = field(default_factory=Answers)
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    seen: list[tuple[str, EmailMessage]] = field(default_factory=list)

    raw: list[bytes] = field(default_factory=list)

    def names(self) -> list[str]:
        return [str(mail["Message-ID"]) for _, mail in self.taken]


class _Handler:
    def __init__(self, post: Post) -> None:
        self._post = post

    async def handle_RCPT(  # noqa: N802  # a name of the library's
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self._post.answers.rcpt and (said := self._post.answers.rcpt.pop(0)):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answers = self._post.answers
        mail = cast(EmailMessage, email.message_from_bytes(envelope.content, policy=policy.default))
        self._post.raw.append(envelope.content)
        for address in envelope.rcpt_tos:
            self._post.seen.append((address, mail))
        if answers.hang:
            await asyncio.sleep(answers.hang.pop(0))
        if answers.drop:
            answers.drop -= 1
            server.transport.abort()
            return "421 gone"
        if answers.data and (said := answers.data.pop(0)):
            return said
        self._post.taken += [(address, mail) for address in envelope.rcpt_tos]
        return "250 OK"


@contextmanager
def mail_server(
    certificate: Path | None = None, *, security: str = "none", signs_in: bool = False
) -> Iterator[Post]:
    """One that runs as long as the block. `certificate`: a file with it and its key."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    post = Post(0)

    def authenticate(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        is_known = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=is_known, handled=is_known)

    more: dict[str, Any] = (
        {"tls_context": context, "require_starttls": True} if security == "starttls" else {}
    )
    if signs_in:
        more |= {
            "authenticator": authenticate,
            "auth_required": True,
            "auth_require_tls": security == "starttls",
        }
    loop = asyncio.new_event_loop()

    async def listen() -> asyncio.Server:
        tls = context if security == "tls" else None
        return await loop.create_server(
            lambda: SMTP(_Handler(post), hostname="post.example", **more), "127.0.0.1", 0, ssl=tls
        )

    listening = loop.run_until_complete(listen())
    post.port = listening.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield post
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def make_certificate(folder: Path) -> Path:
    """A file with a certificate of this machine, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    own = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*own))
    return file
