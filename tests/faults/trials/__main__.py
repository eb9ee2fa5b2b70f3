"""`python -m tests.faults.trials [--runs N] [--seed N] [--kinds kill,power,…] [--work FOLDER]`."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from tests.faults.trials import clocks, deaths, full, power, together
from tests.faults.trials.unable import UnableHereError

KINDS: dict[str, ModuleType] = {
    "kill": deaths,
    "power": power,
    "disk": full,
    "together": together,
    "clock": clocks,
}
LOG = "trials.jsonl"


def main() -> int:
    """Do what was not done yet; 1 where something did not hold."""
    asked = _asked()
    asked.work.mkdir(parents=True, exist_ok=True)
    os.environ.pop("BBAJ_LEDGER_URL", None)
    log = asked.work / LOG
    done = {each["trial"] for each in _lines(log) if each["seed"] == asked.seed and each["held"] is not False}
    for kind, name, nth in _trials(asked.kinds.split(","), asked.runs):
        trial = f"{kind}/{name}/{nth}"
        if trial in done or not trial.startswith(asked.only):
            continue
        said = {"seed": asked.seed, "trial": trial} | _tried(
            asked.work, KINDS[kind].run, name, trial, asked.seed
        )
        with log.open("a", encoding="utf-8") as out:
            out.write(json.dumps(said, ensure_ascii=False) + "\n")
        mark = {True: "held", False: "DID NOT HOLD", None: "not tried"}[said["held"]]
        print(f"{trial}: {mark} ({said['seconds']} s): {said['said']}", flush=True)
    return _summary(log, asked.seed)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--runs", type=int, default=100, help="of each trial")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--only", default="", help="trials whose name begins so")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "bbaj-faults")
    return parser.parse_args()


def _trials(kinds: list[str], runs: int) -> Iterator[tuple[str, str, int]]:
    """One of each before the second of any: interrupted early, everything was tried once."""
    for nth in range(runs):
        for kind in kinds:
            for name in KINDS[kind].names():
                yield kind, name, nth


def _tried(
    work: Path, run: Callable[[Path, str, random.Random], str], name: str, trial: str, seed: int
) -> dict[str, object]:
    began = time.monotonic()
    held: bool | None
    try:
        said, held = run(work, name, random.Random(f"{seed}/{trial}")), True
    except UnableHereError as unable:
        said, held = str(unable), None
    except Exception as fault:
        said, held = f"{type(fault).__name__}: {fault}", False
    return {"held": held, "said": said, "seconds": round(time.monotonic() - began, 1)}


def _lines(log: Path) -> list[dict[str, object]]:
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def _summary(log: Path, seed: int) -> int:
    last = {str(each["trial"]): each for each in _lines(log) if each["seed"] == seed}
    counted = Counter((trial.partition("/")[0], each["held"]) for trial, each in last.items())
    for kind in KINDS:
        held, not_held, untried = (counted[kind, each] for each in (True, False, None))
        print(f"{kind}: {held} held, {not_held} did not, {untried} could not be tried here")
    failed = [trial for trial, each in last.items() if each["held"] is False]
    for trial in failed:
        print(f"make faults ONLY={trial}: {last[trial]['said']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
