"""The story of the demo country: what is handed in, what departments decide, what is waited for.

In: a home, a country and somebody who keeps the clockwork going. Out: a home whose newest publication shows
everything. The steps only write files and decisions; receiving, judging, building and publishing is done by
the clockwork, which may be a running scheduler or, in a test, direct calls.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from ingest import ledger
from ingest.demo.play.waves import hand_over, stage, write_settings
from ingest.demo.reports.plan import WAVES, Plan, PlannedSubmission, Wave
from ingest.demo.world.country import Country
from ingest.home import NOTE, Home, InstallationError
from ingest.private import keep_private
from ingest.schema.forms.contract import Labels
from ingest.schema.texts.words import Words

Say = Callable[[Labels], None]
_WORDS = Words("demonstration")
Staged = Mapping[Wave, Sequence[PlannedSubmission]]


class Clockwork(Protocol):
    """Who receives, judges, builds and publishes."""

    def trigger(self, dag_id: str) -> object:
        """Ask for one run of a DAG now."""

    def pause(self, dag_id: str) -> object:
        """Begin no run of a DAG any more; what calls for one meanwhile is forgotten."""

    def resume(self, dag_id: str) -> object:
        """Begin runs of a DAG again."""


class StoppedError(InstallationError):
    """Something that had to happen did not, within its time. Carries `what`, in words; `state` says how all stands."""

    def __init__(self, what: Labels | str, seconds: float, state: str = "") -> None:
        named = what if isinstance(what, str) else what.en
        super().__init__(f"waited {seconds:.0f} s in vain: {named}{state and f' ({state})'}")
        self.of("demo_stopped", what=what, seconds=round(seconds))
        self.what = what


def wait_until(
    is_so: Callable[[], bool],
    what: Labels | str,
    timeout: float,
    pause: float = 1.0,
    state: Callable[[], str] = str,
) -> None:
    """Ask again and again until it is so. Raises StoppedError after `timeout` seconds, with the `state` of things."""
    until = time.monotonic() + timeout
    while not is_so():
        if time.monotonic() > until:
            raise StoppedError(what, timeout, state())
        time.sleep(pause)


class NotADemoError(InstallationError):
    """The home belongs to a real installation: no invented country is played over it."""

    def __init__(self, home: Home) -> None:
        super().__init__(f"{home.root} holds a real installation; choose another folder by BBAJ_HOME")
        self.of("not_a_demo", home=home.root)


def prepare(home: Home, country: Country) -> None:
    """Make the home a demo home, its ledger and lake ready; what an earlier demonstration left there goes.

    Raises NotADemoError.
    """
    from ingest.ledger.store.connection import close
    from warehouse.services.upkeep.installation import initialise

    if home.ledger.exists() and not home.settings.demo:
        raise NotADemoError(home)
    keep_private()
    for left in (
        home.raw,
        home.restricted,
        home.lake,
        home.builds,
        home.published,
        home.drop,
        home.root / "demo",
    ):
        shutil.rmtree(left, ignore_errors=True)
    close()  # one that is open would go on writing into a file that has no name any more
    for file in (*home.root.glob(f"{home.ledger.name}*"), home.root / NOTE):
        file.unlink(missing_ok=True)
    write_settings(home, country)
    initialise(home)


def stage_all(home: Home, country: Country) -> Staged:
    """Write the files of every wave beside the drop folder; needs neither ledger nor clockwork."""
    return {wave: stage(home, country, wave) for wave in WAVES}


def play(
    home: Home, country: Country, staged: Staged, clockwork: Clockwork, say: Say, timeout: float = 900.0
) -> Plan:
    """The whole story. Returns the plan of what must have become of everything.

    `staged`: the files of every wave, see `stage_all`; `say` is told each step; `timeout` is what one step may
    take, in seconds. Raises StoppedError.
    """
    plan = hand_in_all(home, country, staged, clockwork, say, timeout)
    await_publication(home, clockwork, say, timeout)
    return plan


def hand_in_all(
    home: Home, country: Country, staged: Staged, clockwork: Clockwork, say: Say, timeout: float
) -> Plan:
    """The story up to the last decision; what follows from that one is not awaited.

    The country is built as soon as its territories are there, and once more when all is decided: builds of what stands
    between would take the processors from those who judge, and nobody looks at them.
    """
    ledger.setup(home)
    plan = hand_in(home, country, staged["republic"], clockwork, timeout)
    decide(home, plan, "republic")
    say(_step("step_territories"))
    with nothing_built(clockwork, timeout):
        return _hand_in_the_rest(home, country, staged, clockwork, say, timeout)


def _hand_in_the_rest(
    home: Home, country: Country, staged: Staged, clockwork: Clockwork, say: Say, timeout: float
) -> Plan:
    plan = hand_in(home, country, staged["districts"], clockwork, timeout)
    decide(home, plan, "districts")
    say(_step("step_organisations"))
    plan = hand_in(home, country, staged["schools"], clockwork, timeout)
    say(_step("step_schools", files=len(plan.of_wave("schools"))))
    decided = decide(home, plan, "schools")
    say(_step("step_decisions", approved=decided["approved"], returned=decided["returned"]))
    plan = hand_in(home, country, staged["corrections"], clockwork, timeout)
    decide(home, plan, "corrections")
    say(_step("step_corrections", files=len(plan.of_wave("corrections"))))
    return plan


@contextmanager
def nothing_built(clockwork: Clockwork, timeout: float) -> Iterator[None]:
    """While the block lasts no build begins. A clockwork that is busy with the first one is asked again; afterwards
    `await_publication` makes sure that it heard."""
    wait_until(lambda: _ask(clockwork.pause, "build"), _step("awaited_answer"), timeout)
    try:
        yield
    finally:
        _ask(clockwork.resume, "build")


def await_publication(home: Home, clockwork: Clockwork, say: Say, timeout: float) -> None:
    """Wait until everything that was decided is shown."""
    wait_until(lambda: _ask(clockwork.resume, "build"), _step("awaited_answer"), timeout)
    nudge(clockwork)
    wait_until(
        lambda: is_published(home), _step("awaited_publication"), timeout, state=lambda: how_it_stands(home)
    )
    say(_step("step_published"))


def hand_in(
    home: Home, country: Country, wave: Sequence[PlannedSubmission], clockwork: Clockwork, timeout: float
) -> Plan:
    """Hand one staged wave over, have it collected and wait until every file of it has its verdict.

    Those who report must exist before their files lie there: an address nobody has is set aside.
    """
    reporting = {planned.node for planned in wave}
    if not _exist(reporting):
        nudge(clockwork)  # what was approved takes effect with the next collection
    wait_until(lambda: _exist(reporting), _step("awaited_nodes"), timeout)
    plan = hand_over(home, country, wave)
    nudge(clockwork)
    wait_until(
        lambda: is_judged(home),
        _step("awaited_verdicts", files=len(wave)),
        timeout,
        state=lambda: how_it_stands(home),
    )
    return plan


def _step(name: str, **facts: int) -> Labels:
    """What has happened, or is waited for, in words."""
    return _WORDS.filled(name, **facts)


def nudge(clockwork: Clockwork) -> None:
    """Ask for a collection now. Getting no answer costs a minute at most: it runs every minute by itself."""
    _ask(clockwork.trigger, "collect")


def _ask(what: Callable[[str], object], dag_id: str) -> bool:
    """Whether the clockwork took what it was asked; a busy one may not answer in time."""
    try:
        what(dag_id)
    except OSError:
        return False
    return True


def is_judged(home: Home) -> bool:
    """Whether nothing lies in the drop folder any more and nothing received waits for its verdict."""
    from ingest.ledger.receipts import waiting

    return not any(_dropped(home)) and not waiting.by_form()


def _exist(codes: set[str]) -> bool:
    from ingest.ledger.records import Node

    return codes <= set(Node.objects.values_list("code", flat=True))


def _dropped(home: Home) -> list[str]:
    """Files in the drop folder; hidden folders are those of the collection itself."""
    visible = (folder for folder in home.drop.iterdir() if not folder.name.startswith("."))
    return [str(file) for folder in visible for file in folder.rglob("*") if file.is_file()]


def is_published(home: Home) -> bool:
    """Whether what is shown was built from exactly the submissions that count now."""
    from ingest.ledger import publications
    from ingest.ledger.decisions.manifest import counting

    shown = publications.current()
    return shown is not None and shown.build.manifest_sha256 == counting().fingerprint


def how_it_stands(home: Home) -> str:
    """For whoever looks why nothing moves: what waits, what was built and shown, and what failed."""
    from ingest.ledger import publications
    from ingest.ledger.receipts import waiting
    from ingest.ledger.records import Build
    from warehouse.services.troubles import troubles

    shown = publications.current()
    builds = [(build.pk, str(build.state), build.held_back) for build in Build.objects.order_by("-pk")[:3]]
    failed = [f"{found.task} {found.times}x: {found.told.say('en')}" for found in troubles(home)]
    waits = {form: len(found) for form, found in waiting.by_form().items()}
    return f"shown {shown and shown.build_id}, builds {builds}, waiting {waits}, troubles {failed}"


def decide(home: Home, plan: Plan, *waves: Wave) -> Counter[str]:
    """Let departments approve and return what the plan says they do; decision → how many."""
    counts: Counter[str] = Counter()
    for planned in plan.of_wave(*waves):
        if planned.decision in ("approved", "returned"):
            _decide(home, planned)
            counts[planned.decision] += 1
    return counts


def _decide(home: Home, planned: PlannedSubmission) -> None:
    from ingest.ledger.accounts import account
    from ingest.ledger.nodes import node
    from ingest.ledger.receipts import submissions

    department = node(planned.decided_by)
    actor = account(f"demo:{planned.decided_by}", department)
    found = submission_id(planned)
    if planned.decision == "approved":
        submissions.approve(found, actor, department, at=home.now(), channel="portal")
    else:
        reason = "Деректерді нақтылаңыз / Уточните данные"
        submissions.return_(found, actor, department, reason=reason, at=home.now(), channel="portal")


def submission_id(planned: PlannedSubmission) -> int:
    """The ledger's number of what was planned. Raises Submission.DoesNotExist."""
    from ingest.ledger.records import Submission

    found = Submission.objects.filter(
        scope__form=planned.form,
        scope__node__code=planned.node,
        scope__period=planned.period,
        scope__part=planned.part,
        received_at=planned.received_at,
    )
    return found.get().pk
