"""Mail: messages given to a mail server, one connection for many of them.

In: settings, a message with its envelope. Out: what the server said of it. A message is told apart from its server: who
cannot be reached, or lets nobody in, takes nothing of anybody, and no message pays for it.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode
from contextlib import suppress
from types import TracebackType
from typing import Self

from ingest.home import Home
from ingest.receive.failpoint import reach
from ingest.settings.outbox import OutboxSettings
from warehouse.services.outbox.compose import Composed
from warehouse.services.outbox.outcome import ChannelError, Later, Outcome, Refused, Taken
from warehouse.services.outbox.secret_files import password_of

_OK, _SIGNED_IN, _CLOSING, _TOO_LARGE = 250, 235, 421, 552
_MOST_LOST = 3
"""So many connections may break one after the other before the server counts as away."""


class MailServer:
    """One mail server, for as long as the block runs. Connected when the first message comes."""

    def __init__(self, home: Home, settings: OutboxSettings) -> None:
        self._home, self._settings = home, settings
        self._client: smtplib.SMTP | None = None
        self._lost = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._client.quit()
        self._let_go()

    def ready(self) -> None:
        """Be connected, or raise ChannelError: before a message is taken for it."""
        if self._client is None:
            if self._lost >= _MOST_LOST:
                raise ChannelError("connections break").of("mail_breaks", host=self._settings.host)
            self._client = self._connected()

    def send(self, message: Composed) -> Outcome:
        """Hand one message over. Raises ChannelError where the server takes nothing of us at all."""
        self.ready()
        assert self._client is not None
        is_complete = False
        try:
            outcome = self._envelope(self._client, message)
            if outcome is None:
                is_complete = True  # from here on nobody can tell whether it has it
                code, said = self._client.data(message.content)
                reach("outbox:answered")
                outcome = self._answer(code, said)
            if not isinstance(outcome, Taken) and self._client is not None:
                self._client.rset()
        except smtplib.SMTPDataError as error:  # it did not want to hear it
            outcome = self._answer(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._let_go()
            self._lost += 1
            where = "after the whole message" if is_complete else "before it was complete"
            return Later(f"connection lost {where}: {_plain(error)}", is_lost=True)
        self._lost = 0
        return outcome

    def _envelope(self, client: smtplib.SMTP, message: Composed) -> Outcome | None:
        """None where the server wants to have the message."""
        options = [f"size={len(message.content)}"] if client.has_extn("size") else []
        code, said = client.mail(self._settings.sender, options)
        if code != _OK:
            if code < 500 or code == _TOO_LARGE:
                return self._answer(code, said)
            self._let_go()
            refused = ChannelError(f"sender refused: {code} {_text(said)}")
            raise refused.of("mail_sender", sender=self._settings.sender, said=f"{code} {_text(said)}")
        code, said = client.rcpt(message.to)
        return None if code in (_OK, 251, 252) else self._answer(code, said)

    def _answer(self, code: int, said: bytes | str) -> Outcome:
        words = f"{code} {_text(said)}"
        if code == _CLOSING:
            self._let_go()
        if 200 <= code < 300:
            return Taken()
        return Later(words) if code < 500 else Refused(words)

    def _connected(self) -> smtplib.SMTP:
        said = self._settings
        assert said.host is not None
        try:
            context = self._context()
            name, seconds = socket.gethostname() or "localhost", said.timeout_seconds
            if said.security == "tls":
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    said.host, said.port, local_hostname=name, timeout=seconds, context=context
                )
            else:
                client = smtplib.SMTP(said.host, said.port, local_hostname=name, timeout=seconds)
        except (OSError, smtplib.SMTPException) as error:
            raise self._away(error) from None
        try:
            client.ehlo_or_helo_if_needed()
            if said.security == "starttls":
                client.starttls(context=context)
                client.ehlo()
            if said.user is not None:
                _sign_in(client, said.user, password_of(self._home, said))
        except smtplib.SMTPAuthenticationError as error:
            client.close()
            told = f"{error.smtp_code} {_text(error.smtp_error)}"
            raise ChannelError(f"not let in: {told}").of("mail_sign_in", host=said.host, said=told) from None
        except (OSError, UnicodeError, smtplib.SMTPException) as error:
            client.close()
            raise self._away(error) from None
        except ChannelError:
            client.close()
            raise
        return client

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.certificates:
            context.load_verify_locations(self._home.root / self._settings.certificates)
        return context

    def _away(self, error: Exception) -> ChannelError:
        code = "mail_away"
        if isinstance(error, ssl.SSLError):
            code = "mail_certificate"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            code = "mail_no_tls"
        host, port = self._settings.host, self._settings.port
        return ChannelError(f"{host}:{port}: {error}").of(code, host=host, port=port, said=_plain(error))

    def _let_go(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _sign_in(client: smtplib.SMTP, user: str, password: str) -> None:
    """As the library does, which knows passwords in ASCII alone."""
    if (user + password).isascii() or "PLAIN" not in client.esmtp_features.get("auth", "").split():
        client.login(user, password)
        return
    words = b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, said = client.docmd("AUTH", f"PLAIN {words}")
    if code != _SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, said)


def _text(said: bytes | str) -> str:
    """The words of a server on one line: it may send anything."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:500]


def _plain(error: Exception) -> str:
    return _text(str(error) or type(error).__name__)
