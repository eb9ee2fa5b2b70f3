"""What erasing one person would touch, said before it is done, and what keeps it from being done now.

In: what is held of the person. Out: a `Plan`, or a refusal: a file that waits for its verdict is judged first, one that
waits in the drop folder is collected first, a publication that is held is let go first.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.home import Home, InstallationError
from ingest.ledger import publications
from ingest.ledger.records import Publication, Submission, User
from ingest.receive.drop import RECEIVED, UNIDENTIFIED
from warehouse.services.persons.holdings import Held
from warehouse.services.persons.told import Told
from warehouse.storage.identity import uid_of
from warehouse.storage.keys.erasures import Erasure, FromFile
from warehouse.storage.keys.vault import Vault

State = Submission.State
UNJUDGED = (State.RECEIVED, State.SET_ASIDE)


class NotNowError(InstallationError):
    """Something must be done before anybody can be erased; its words say what."""


@dataclass(frozen=True)
class Plan:
    """`rows`: of files that go. `withdrawn`: receipts without a verdict that are taken out. `publications`: numbers
    that are kept and go. `findings`: how many go."""

    erasure: Erasure
    receipts: tuple[int, ...] = ()
    rows: int = 0
    withdrawn: tuple[int, ...] = ()
    publications: tuple[int, ...] = ()
    findings: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.erasure.files or self.erasure.aliases or self.erasure.dropped or self.findings)


def plan_of(home: Home, told: Told, actor: User, reason: str) -> Plan:
    """What would be touched. Raises NotNowError."""
    _require_now(home, told)
    holdings = told.holdings
    with Vault(home) as vault:
        aliases = vault.aliases_of("iin", sorted(holdings.person.identifiers))
    erasure = Erasure(
        number=secrets.token_hex(8),
        uid=uid_of(home) or "",
        at=home.now().isoformat(),
        actor=actor.username,
        reason=reason,
        aliases=[(kind, version, hmac.hex()) for kind, version, hmac in aliases],
        files={
            sha256: FromFile(
                sorted({(row.table, row.number) for row in held.rows}),
                sorted({(cell.table, cell.number, cell.field) for cell in held.cells}),
            )
            for sha256, held in sorted(holdings.held.items())
            if not _is_similar_alone(held)
        },
        dropped=[_sha256_of(home.drop / place) for place in told.dropped],
    )
    concerned = [
        each for sha256, held in holdings.held.items() if sha256 in erasure.files for each in held.submissions
    ]
    return Plan(
        erasure,
        tuple(sorted(each.pk for each in concerned)),
        sum(1 for _ in holdings.rows),
        tuple(sorted(each.pk for each in concerned if each.state in UNJUDGED)),
        tuple(kept_publications(home)),
        len(told.findings),
    )


def kept_publications(home: Home) -> list[int]:
    """The publications whose files are kept."""
    numbers = set(Publication.objects.values_list("number", flat=True))
    return sorted(number for number in numbers if (home.published / str(number)).is_dir())


def _is_similar_alone(held: Held) -> bool:
    """Only somebody of the same name is in it: nothing of it goes."""
    return bool(held.similar) and held.is_elsewhere


def _require_now(home: Home, told: Told) -> None:
    waiting = sorted(
        each.pk
        for held in told.holdings.held.values()
        for each in held.submissions
        if each.state == State.RECEIVED
    )
    if waiting:
        raise NotNowError(f"{waiting} wait for a verdict").of("erase_judge_first", listed=_listed(waiting))
    lying = [place for place in told.dropped if Path(place).parts[0] not in (RECEIVED, UNIDENTIFIED)]
    if lying:
        raise NotNowError(f"{len(lying)} files wait in the drop folder").of(
            "erase_collect_first", count=len(lying)
        )
    hold = publications.held()
    if hold is not None:
        raise NotNowError(f"publication {hold.number} is held").of("erase_lift_first", number=hold.number)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _sha256_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
