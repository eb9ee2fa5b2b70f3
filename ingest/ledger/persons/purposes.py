"""Written purposes: acts that give an analyst of the ministry rows of persons, for a time and no longer.

In: an account of the dashboards, which tables and columns, of which territory, until which day, by which order and what
for; who acts. Out: events of the installation; the purposes as they follow from them and from the moment. A purpose
ends by itself with its last day, by an act, and with the account or its role: whoever opens the name anew has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction

from ingest.ledger.readers import ANALYST, reader
from ingest.ledger.records import InstallationEvent, Node, User
from ingest.ledger.refusals import RefusalError
from ingest.ledger.seals.sealed import require_sealed
from ingest.schema.values.period import LOCAL_TIME

Kind = InstallationEvent.Kind
_ACTS = (
    *(Kind.PURPOSE_GRANTED, Kind.PURPOSE_ENDED),
    *(Kind.READER_OPENED, Kind.READER_CHANGED, Kind.READER_ENDED),
)
_OF_A_TERRITORY = (Node.Kind.OBLAST, Node.Kind.DISTRICT)
_LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `tables`: name → columns, none for all of them; `node`: the code of an oblast or a district,
    None for the republic; `until`: the last day; `order`: the document it rests on; `reason`: what for."""

    account: str
    tables: Mapping[str, Sequence[str]]
    node: Node | None
    until: date
    order: str
    reason: str


@dataclass(frozen=True)
class Purpose:
    """One purpose, by the number of the act that granted it. `cut_at`, `cut_by`: where an act ended it before its last
    day was over; `is_closed`: its end is written down."""

    number: int
    account: str
    tables: Mapping[str, tuple[str, ...]]
    node: str | None
    until: date
    order: str
    reason: str
    by: str
    granted_at: datetime
    cut_at: datetime | None = None
    cut_by: str | None = None
    is_closed: bool = False

    @property
    def ends_at(self) -> datetime:
        """The first moment at which it gives nothing: midnight after its last day, by the time of the country."""
        over = datetime.combine(self.until + timedelta(days=1), time(), LOCAL_TIME)
        return over if self.cut_at is None else min(over, self.cut_at)

    def is_in_force(self, at: datetime) -> bool:
        return not self.is_closed and self.cut_at is None and at < self.ends_at


def grant(wanted: Wanted, longest_days: int, actor: User, actor_name: str, at: datetime) -> Purpose:
    """Give these rows from now on. `actor_name`: who acts, as the machine calls them.

    Raises RefusalError: `no_user`, `purpose_role`, `purpose_oneself`, `purpose_exists`, `purpose_until`,
    `purpose_place`, `purpose_words`.
    """
    with transaction.atomic():
        _require_analyst(wanted.account)
        if actor_name.casefold() == wanted.account.casefold():
            raise RefusalError("purpose_oneself", "nobody grants it to oneself", user=wanted.account)
        _require_none(wanted.account, at)
        _require_until(wanted.until, longest_days, at)
        if wanted.node is not None and wanted.node.kind not in _OF_A_TERRITORY:
            raise RefusalError("purpose_place", "neither an oblast nor a district", node=wanted.node.code)
        if not all(0 < len(words.strip()) <= _LONGEST_TEXT for words in (wanted.order, wanted.reason)):
            raise RefusalError("purpose_words", "the order and the reason are not said")
        details = {
            "account": wanted.account,
            "tables": {table: sorted(columns) for table, columns in sorted(wanted.tables.items())},
            "node": wanted.node.code if wanted.node else None,
            "until": wanted.until.isoformat(),
            "order": wanted.order.strip(),
            "reason": wanted.reason.strip(),
        }
        act = InstallationEvent.objects.create(kind=Kind.PURPOSE_GRANTED, actor=actor, at=at, details=details)
    return _granted(act)


def end(number: int, reason: str, actor: User, at: datetime, asked: Mapping[str, object]) -> Purpose:
    """From now on it gives nothing. `asked`: how far the journal is. Raises RefusalError: `no_purpose`."""
    with transaction.atomic():
        require_in_force(number, at)
        _close(number, reason.strip(), actor, at, asked)
    return next(each for each in purposes() if each.number == number)


def require_in_force(number: int, at: datetime) -> None:
    """That a purpose of that number gives rows now. Raises RefusalError: `no_purpose`."""
    if not any(each.number == number and each.is_in_force(at) for each in purposes()):
        raise RefusalError("no_purpose", f"no purpose {number} is in force", number=number)


def is_any_over(at: datetime) -> bool:
    """Whether one has ended by itself and nobody has written that down yet."""
    return any(not each.is_closed and not each.is_in_force(at) for each in purposes())


def close_what_is_over(actor: User, at: datetime, asked: Mapping[str, object]) -> int:
    """Write down of purposes that ended by themselves that they did, and how far the journal was; how many."""
    over = [each for each in purposes() if not each.is_closed and not each.is_in_force(at)]
    for each in over:
        _close(each.number, "", actor, at, asked)
    return len(over)


def purposes() -> list[Purpose]:
    """Every purpose there ever was, oldest first. Raises BrokenSealError where an act is not what was written."""
    acts = list(InstallationEvent.objects.filter(kind__in=_ACTS).select_related("actor").order_by("pk"))
    require_sealed(InstallationEvent, [act.pk for act in acts])
    found: dict[int, Purpose] = {}
    for act in acts:
        if act.kind == Kind.PURPOSE_GRANTED:
            found[act.pk] = _granted(act)
        elif act.kind == Kind.PURPOSE_ENDED:
            ended = found[act.details["purpose"]]
            found[ended.number] = replace(_cut(ended, act), is_closed=True)
        elif act.kind == Kind.READER_ENDED or act.details["role"] != ANALYST:
            found |= {
                each.number: _cut(each, act)
                for each in found.values()
                if each.account == act.details["account"]
            }
    return list(found.values())


def in_force(at: datetime) -> list[Purpose]:
    """Those that give rows at that moment."""
    return [each for each in purposes() if each.is_in_force(at)]


def noted_lines() -> int:
    """How many lines the journal had when the last purpose was closed."""
    acts = InstallationEvent.objects.filter(kind=Kind.PURPOSE_ENDED)
    return max((int(act.details["asked"]["lines"]) for act in acts), default=0)


def _granted(act: InstallationEvent) -> Purpose:
    told = act.details
    tables = {table: tuple(columns) for table, columns in told["tables"].items()}
    until = date.fromisoformat(told["until"])
    return Purpose(
        *(act.pk, told["account"], tables, told["node"], until),
        *(told["order"], told["reason"], act.actor.username, act.at),
    )


def _cut(purpose: Purpose, act: InstallationEvent) -> Purpose:
    """Ended by an act, unless it was over by then."""
    if purpose.cut_at is not None or act.at >= purpose.ends_at:
        return purpose
    return replace(purpose, cut_at=act.at, cut_by=act.actor.username)


def _close(number: int, reason: str, actor: User, at: datetime, asked: Mapping[str, object]) -> None:
    details = {"purpose": number, "reason": reason, "asked": dict(asked)}
    InstallationEvent.objects.create(kind=Kind.PURPOSE_ENDED, actor=actor, at=at, details=details)


def _require_analyst(account: str) -> None:
    known = reader(account)
    if known is None or known.ended:
        raise RefusalError("no_user", f"{account} reads nothing", user=account)
    if known.role != ANALYST:
        raise RefusalError("purpose_role", f"{account} is no analyst", user=account, role=known.role)


def _require_none(account: str, at: datetime) -> None:
    """One at a time: two of them in one hand could be laid beside each other."""
    had = next((each for each in in_force(at) if each.account == account), None)
    if had is not None:
        raise RefusalError("purpose_exists", f"{account} has {had.number}", user=account, number=had.number)


def _require_until(until: date, longest_days: int, at: datetime) -> None:
    today = at.astimezone(LOCAL_TIME).date()
    last = today + timedelta(days=longest_days)
    if not today <= until <= last:
        facts = {"until": until, "today": today, "last": last, "days": longest_days}
        raise RefusalError("purpose_until", f"{until} is not between {today} and {last}", **facts)
