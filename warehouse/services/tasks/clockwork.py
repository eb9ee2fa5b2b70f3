"""What each task of the clockwork does: one function per task, called by `dags/` and by the command line.

In: the home BBAJ_HOME names. Out: small plain values (counts, numbers). Every function may be repeated and may
be killed anywhere; "nothing to do" is said to the scheduler, so that nothing downstream is set going.

A task imports what it works with when there is work: most of those that begin every minute find none.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

from ingest.home import Home, InstallationError
from ingest.ledger.receipts import aside, waiting
from ingest.locks import is_locked
from ingest.progress import Tell, tell_nobody
from ingest.receive.drop import collect as collect_drop
from ingest.receive.dropped import CollectReport
from ingest.schema.values.period import LOCAL_TIME
from ingest.told import in_log, log_language
from warehouse.services.hierarchy.registers import follow, keep_obligations, not_followed
from warehouse.services.tasks.metrics import Work, measured, send
from warehouse.services.tasks.pause import UNABLE, paused_until, pausing
from warehouse.services.tasks.task_logs import forget_old_logs
from warehouse.services.troubles import is_success, told_of_task, watched
from warehouse.services.upkeep.installation import initialise

if TYPE_CHECKING:
    from warehouse.services.verdicts.intake import IntakeReport

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


class NotJudgedError(InstallationError):
    """A fault of ours kept some submissions from being judged: they lie aside. Carries their `receipts`."""

    def __init__(self, receipts: Sequence[int]) -> None:
        super().__init__(f"{len(receipts)} submissions could not be judged: {receipts[:5]}")
        self.of("not_judged", listed=" ".join(map(str, receipts)))
        self.receipts = receipts


def _task(work: Callable[P, R]) -> Callable[P, R]:
    """What a scheduler calls. What keeps it from working fails the task with one line in its log, in words, and is told
    by `bbaj status` until the task succeeds. Only a fault of the program leaves a traceback there."""

    @wraps(work)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        home = Home.from_environment()
        try:
            with measured(home, work.__name__) as said_of, watched(home, work.__name__):
                result = work(*args, **kwargs)
                said_of.returned(result)
                return result
        except Exception as error:
            if is_success(error):
                raise
            said = told_of_task(error)
            log.error("%s (%s)", said.say(log_language()), error)
            if said.code == "our_fault":
                raise
            raise SystemExit(UNABLE) from None

    return told


def _home() -> Home:
    home = Home.from_environment()
    initialise(home)
    return home


def _nothing_to_do(code: str, **facts: str) -> NoReturn:
    from airflow.sdk.exceptions import AirflowSkipException

    raise AirflowSkipException(in_log(code, **facts))


def collect() -> CollectReport:
    """Receive what lies in the drop folder; what was approved meanwhile is in effect first. What lies aside for a cause
    that may have passed waits again."""
    home = _home()
    follow(home)
    received = collect_drop(home)
    aside.retry_what_passed(home.now())
    return received


def judge(tell: Tell = tell_nobody) -> dict[str, int]:
    """Judge what waits; returns counts by outcome, empty when nothing waited."""
    from warehouse.services.verdicts.intake import judge_waiting as judge_all

    return _counts(judge_all(_home(), tell=tell))


def obligations() -> dict[str, int]:
    """Ask for what has fallen due and say what became of every report asked for; returns counts of changes."""
    return dict(keep_obligations(_home()))


@_task
def receive_drop() -> int:
    """Task: receive; returns how many submissions wait for a verdict, skips when none does."""
    collect()
    count = sum(len(found) for found in waiting.by_form().values())
    return count or _nothing_to_do("skip_nothing_waits")


@_task
def notice_decisions() -> str:
    """Task: skips unless a build made now would differ from the last one, or the last one is still not shown.

    Nothing comes after a publication that failed at all its tries, or was never begun: whoever is asked to build what
    is built already says so at once, and it is published.

    On the way the rows of persons go that were given for a purpose which is over.
    """
    from warehouse.services import building
    from warehouse.services.tasks.deferral import is_verdict_awaited
    from warehouse.services.tasks.publishing import is_left_unpublished
    from warehouse.storage.shown import publish as publications
    from warehouse.storage.shown.purposes import keep_purposes

    home = _home()
    keep_purposes(home, publications.shown_number(home))
    if until := paused_until(home, build_warehouse.__name__):
        _nothing_to_do("skip_paused", until=f"{until.astimezone(LOCAL_TIME):%H:%M}")
    if is_verdict_awaited(home):
        _nothing_to_do("skip_verdicts_first")
    if building.is_due(home):
        return "a build is due"
    if is_left_unpublished(home):
        return "the last build is due to be shown"
    _nothing_to_do("skip_nothing_changed")


@_task
def judge_waiting() -> dict[str, int]:
    """Task: judge; skips when nothing waited."""
    return judge() or _nothing_to_do("skip_nothing_waits")


@_task
def tell_of_faults(judged: dict[str, int]) -> int:
    """Task: fails where the program failed at a file, so that somebody looks; what could be judged has its verdict."""
    if not judged.get("set_aside") and not judged.get("not_followed"):
        _nothing_to_do("skip_all_judged")
    lying = [*aside.lying_aside(), *not_followed(_home())]
    raise NotJudgedError([submission.pk for submission, _ in lying])


@pausing
@_task
def build_warehouse() -> int:
    """Task: build; returns the build's number."""
    from warehouse.services import building

    return building.build(_home()).build_id


@pausing
@_task
def publish_warehouse(build_ids: list[int]) -> int:
    """Task: publish the newest of the builds that were announced; returns the publication's number."""
    from warehouse.storage.shown import publish as publications

    try:
        return publications.publish(_home(), max(build_ids, default=None)).number
    except publications.PublicationError as error:
        if error.code != "held":
            raise
        _nothing_to_do("skip_held")


@_task
def open_obligations() -> int:
    """Task: ask for every report whose period has begun; returns how many were asked for anew."""
    return keep_obligations(_home())["opened"]


@_task
def settle_obligations() -> dict[str, int]:
    """Task: say what became of every report asked for; returns counts of changes."""
    return obligations()


def verify_when_due() -> int:
    """Task: once a week what `verify_everything` does; skips in the other nights."""
    from warehouse.services.verify import weekly

    if not weekly.is_due(Home.from_environment()):
        _nothing_to_do("skip_verified_lately")
    return verify_everything()


@_task
def verify_everything() -> int:
    """Task: look through all that is stored, every byte; how many things were looked at. Fails where one is damaged."""
    from warehouse.services.verify.known import Known
    from warehouse.services.verify.look import DamageFoundError, look_through

    looked = look_through(_home(), Known.of_ledger(), every_byte=True)
    if looked.damaged:
        raise DamageFoundError(looked.damaged)
    return looked.files


@_task
def make_summaries() -> dict[str, int]:
    """Task: make the summaries that are due and hand them to the outbox; counts by outcome, skips where there was
    nothing to make. Fails where the program failed at one, once the others are made."""
    from warehouse.services.summaries.round import make_due

    counts = dict(make_due(_home()))
    if not counts.get("made") and not counts.get("held") and not counts.get("queued"):
        _nothing_to_do("skip_nothing_due")
    return counts


@_task
def forget_task_logs() -> int:
    """Task: remove what the scheduler logged of tasks longer ago than the settings keep; how many files."""
    home = Home.from_environment()
    count = forget_old_logs(home)
    log.info("%s", in_log("log_old_logs_gone", count=count, days=home.settings.task_logs_days))
    return count


@_task
def watch_health() -> dict[str, int]:
    """Task: look how the installation stands, tell what changed; how many gauges are in which state. It makes and needs
    nothing of the home: what is away is what it tells."""
    from warehouse.services.health.alerts import tell_changes
    from warehouse.services.health.look import look_at

    home = Home.from_environment()
    health = look_at(home)
    send(home, Work("gauges", health=health))
    tell_changes(home, health)
    return dict(Counter(each.state for _, each in health.measured))


@_task
def back_up_everything() -> str:
    """Task: take a backup; returns its name, skips where the settings name no repository."""
    home = _home()
    if home.settings.backup is None:
        _nothing_to_do("skip_no_repository")
    from warehouse.services.backup.take import back_up

    return back_up(home).snapshot


@_task
def try_backup() -> dict[str, float]:
    """Task: restore the newest backup beside the home and build from it; how long each step took, in seconds."""
    home = _home()
    if home.settings.backup is None:
        _nothing_to_do("skip_no_repository")
    from warehouse.services.backup.drill import hold_drill

    return hold_drill(home).seconds


@_task
def send_messages() -> dict[str, int]:
    """Task: send what is due; how many by what became of them. Skips where nothing waits, in quiet hours, where another
    sends and where sending is not set up. Fails where a channel takes nothing."""
    from warehouse.services.outbox.deliver import LOCK, deliver

    home = _home()
    if is_locked(home.root / LOCK):
        _nothing_to_do("skip_sending_already")
    told = deliver(home)
    if told.errors:
        raise told.errors[0]
    if home.settings.outbox is None:
        _nothing_to_do("skip_no_outbox")
    if told.quiet_until is not None:
        _nothing_to_do("skip_quiet_hours")
    return dict(told.counts) or _nothing_to_do("skip_nothing_to_send")


def _counts(report: IntakeReport) -> dict[str, int]:
    counts = {
        "accepted": report.accepted,
        "rejected": report.rejected,
        "unreadable": report.unreadable,
        "set_aside": len(report.set_aside),
        "not_followed": len(report.not_followed),
        "rows": report.rows,
    }
    return {name: count for name, count in counts.items() if count}
