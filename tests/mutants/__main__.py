"""`make mutants`: how many small wrong changes the tests notice.

In: how many, a seed, which rooms; or the changes that are named in `named.yml`. Out: a line for each while it is tried,
the changes nobody noticed as diffs, the shares by room. What was tried is kept (`--kept`), so that a trial which was
ended goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from ingest.home import Home
from tests.mutants.change import PROJECT, Change
from tests.mutants.equal import why_equal
from tests.mutants.executed import Executed, learn
from tests.mutants.named import named
from tests.mutants.rooms import ROOMS, asked_of, cases_of, chosen, nearest_of, room_of
from tests.mutants.trial import Outcome, Trial

Task = tuple[str, Change, list[str]]
_SAID = {
    "behaviour": "noticed by behaviour",
    "comparison": "noticed only by comparison with generated files",
    "unnoticed": "unnoticed",
    "time": "noticed by a test that does not end any more",
    "unclear": "the test fails without the change as well",
    "broken": "nothing of the file runs any more",
}


def main(words: Sequence[str] | None = None) -> int:
    """Try them and say what became of them; 1 where one went unnoticed."""
    asked = _asked(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # copies are removed then, too
    if asked.learn:
        with tempfile.TemporaryDirectory(prefix="bbaj-executed-") as folder:
            return learn(Path(folder), _learnt(), asked.learn)
    tasks = list(_named_tasks(asked.only) if asked.named else _seeded_tasks(asked))
    kept = asked.kept or Home.from_environment().root / "mutants" / (
        "named" if asked.named else str(asked.seed)
    )
    kept.parent.mkdir(parents=True, exist_ok=True)
    outcomes = list(_tried(tasks, kept.with_suffix(".jsonl"), asked.limit, not asked.once))
    _report(outcomes)
    return int(any(_counts(each) and each.became in ("unnoticed", "comparison") for each in outcomes))


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rooms", nargs="+", choices=list(ROOMS), default=list(ROOMS))
    parser.add_argument("--named", action="store_true", help="those of named.yml instead of seeded ones")
    parser.add_argument(
        "--only", default="", help="of the named, those with this in what they say or in their file"
    )
    parser.add_argument("--limit", type=int, default=240, help="seconds of a processor for one change")
    parser.add_argument(
        "--once", action="store_true", help="no test that noticed is run again without the change"
    )
    parser.add_argument(
        "--nearest", action="store_true", help="of rules the files beside their cases alone are asked"
    )
    parser.add_argument(
        "--learn", nargs="+", metavar="TESTS", help="run these tests and keep which lines each comes to"
    )
    parser.add_argument("--kept", type=Path, help="where outcomes are kept")
    return parser.parse_args(words)


def _seeded_tasks(asked: argparse.Namespace) -> Iterator[Task]:
    executed = Executed(_learnt())
    for room, change in chosen(asked.rooms, asked.count, asked.seed):
        found = executed.tests_of(change, room)
        # A rule's SQL is made once and asked often: who made it is not all who would notice.
        further = asked_of(change.file, room) if room == "rules" or not found else []
        near = cases_of(change.file) if room == "rules" else executed.unknown(nearest_of(change.file, room))
        if asked.nearest and room == "rules":
            found, further = [], []
        yield room, change, list(dict.fromkeys([*near, *found, *further]))


def _named_tasks(only: str) -> Iterator[Task]:
    for each in named():
        if only in each.what or only in each.file:
            yield room_of(each.file), each.change(), each.asked()


def _learnt() -> Path:
    return Home.from_environment().root / "mutants" / "executed.jsonl"


def _counts(outcome: Outcome) -> bool:
    """Whether it says anything of the tests: it changes what is promised, and the changed file still runs."""
    return outcome.became != "broken" and why_equal(outcome.change) is None


def _tried(tasks: Iterable[Task], kept: Path, limit: int, is_sure: bool) -> Iterator[Outcome]:
    known = _known(kept)
    with tempfile.TemporaryDirectory(prefix="bbaj-mutants-") as folder:
        trial = Trial(Path(folder), limit, is_sure)
        for _, change, tests in tasks:
            outcome = known.get(change) or trial.of(change, tests)
            if change not in known:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
            place = change.file, change.before.split("\n")[0], change.after.split("\n")[0]
            print(
                f"{outcome.became:11} {change.kind:12} {place[0]}: {place[1]} → {place[2]} {outcome.by}",
                flush=True,
            )
            yield outcome


def _known(kept: Path) -> dict[Change, Outcome]:
    """What was tried before; what was unclear is tried again."""
    if not kept.exists():
        return {}
    found = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    outcomes = [
        Outcome(Change(**each.pop("change")), **{**each, "asked": tuple(each["asked"])}) for each in found
    ]
    return {outcome.change: outcome for outcome in outcomes if outcome.became != "unclear"}


def _report(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.became in ("unnoticed", "comparison", "unclear"):
            text = (PROJECT / outcome.change.file).read_text(encoding="utf-8")
            why = f": {found}" if (found := why_equal(outcome.change)) else ""
            print(f"\n{_SAID[outcome.became]} ({outcome.change.kind}){why}\n{outcome.change.diff(text)}")
    print()
    outcomes = [outcome for outcome in outcomes if _counts(outcome)]
    for room in sorted({room_of(outcome.change.file) for outcome in outcomes}):
        of_room = Counter(each.became for each in outcomes if room_of(each.change.file) == room)
        print(
            f"{room or 'elsewhere':10} "
            + ", ".join(f"{count} {_SAID[became]}" for became, count in of_room.items())
        )
    by_behaviour = sum(outcome.became in ("behaviour", "time") for outcome in outcomes)
    if outcomes:
        print(f"{by_behaviour} of {len(outcomes)} noticed by behaviour: {by_behaviour / len(outcomes):.0%}")


if __name__ == "__main__":
    raise SystemExit(main())
