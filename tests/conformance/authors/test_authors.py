"""What is wrong with a file that an author wrote ends in one line with the file and the key, in every kind of file
and in every way of erring, in the language asked. Nobody but ourselves is shown a traceback."""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.authors.spoiling import Spoiled, spoiled
from tests.copied import copy_rooms

DRIVER = Path(__file__).parent / "driver.py"
SEED = 8
MISUSED = 64
CORRECTION = """\
- id: swapped_rate
  field: lessons_missed
  wrong: "0,75"
  right: "1"
  guard: {node: "990140000014", period: 2026-W36, cells: {letter: А}}
  reason: {kk: үтір, ru: запятая, en: comma}
  asked_by: {kk: хат, ru: письмо, en: letter}
  since: 2026-09-01
"""
KINDS = {
    # kind of file: (where, program and arguments)
    "contract": ("ingest/contracts/*.yml", ("bbaj", "generate", "--check")),
    "shared": ("ingest/contracts/shared/*.yml", ("bbaj", "generate", "--check")),
    "layout": ("ingest/contracts/layouts/*/*.yml", ("bbaj", "generate", "--check")),
    "correction": ("ingest/contracts/corrections/*.yml", ("bbaj", "generate", "--check")),
    "codelist": ("ingest/codelists/*.csv", ("bbaj", "generate", "--check")),
    "findings": ("ingest/schema/findings/*.yml", ("bbaj", "generate", "--check")),
    "changelog": ("expectations/rules/changelog.yml", ("bbaj", "generate", "--check")),
    "dataset": ("dashboards/assets/datasets/*.yaml", ("dashboards.check_chain",)),
    "chart": ("dashboards/assets/charts/*.yaml", ("dashboards.check_chain",)),
    "dashboard": ("dashboards/assets/dashboards/*.yaml", ("dashboards.check_chain",)),
    "basis": ("dashboards/assets/basis.yaml", ("dashboards.check_chain",)),
}


class Copy:
    """A copy of the project and the process that runs its programs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        copy_rooms(root, ("ingest", "expectations", "warehouse", "dashboards", "dbt_project", "docs"))
        corrections = root / "ingest" / "contracts" / "corrections" / "attendance.yml"
        corrections.write_text(CORRECTION, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": str(root), "BBAJ_HOME": str(root / "var")}
        self._process = subprocess.Popen(
            [sys.executable, str(DRIVER)],
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, file: Path, content: bytes, argv: tuple[str, ...], language: str) -> tuple[int, str]:
        """Exit code and stderr of a program while the file holds that."""
        assert self._process.stdin and self._process.stdout
        encoded = base64.b64encode(content).decode()
        case = {"file": str(file), "content": encoded, "argv": argv, "language": language}
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["code"], answer["stderr"]

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    copy = Copy(tmp_path_factory.mktemp("project"))
    yield copy
    copy.close()


def _cases(root: Path, kind: str) -> list[Spoiled]:
    """Each way of erring once, in one of the files of the kind, drawn by the seed."""
    rng = random.Random(f"{SEED}{kind}")
    ways: dict[str, list[Spoiled]] = defaultdict(list)
    for file in sorted(root.glob(KINDS[kind][0])):
        for case in spoiled(file, rng):
            ways[case.how.split(" ")[0]].append(case)
    return [rng.choice(found) for found in ways.values()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_file_ends_in_one_line(project: Copy, kind: str) -> None:
    for number, case in enumerate(_cases(project.root, kind)):
        language = ("kk", "ru")[number % 2]
        code, said = project.run(case.file, case.content, KINDS[kind][1], language)

        told = f"{case.file.name}: {case.how}: {code}\n{said}"
        assert "Traceback" not in said, told
        assert code in (
            (MISUSED, 1) if kind in ("dataset", "chart", "dashboard", "basis") else (MISUSED,)
        ) or (not case.must and code in (0, 1)), told
        if code == MISUSED or (code == 1 and said):
            lines = said.splitlines()
            assert len(lines) == 1 or (code == 1 and all(": " in line for line in lines)), told
            file = str(case.file.relative_to(project.root))
            assert (
                file in said or str(case.file.parent.relative_to(project.root)) in said or case.named in said
            ), told
            assert not case.named or case.named in said or not case.must, told


ELSEWHERE = {
    # what an author got wrong: (file, old, new, command, what the line names)
    "a rule that is none, met by a check": (
        "ingest/contracts/attendance.yml",
        "rule: not_above",
        "rule: not_abov",
        ("check", "attendance.csv", "--form", "attendance"),
        ("checks.not_abov", "not_above"),
    ),
    "a rule without what it needs, met by a check": (
        "ingest/contracts/attendance.yml",
        "{rule: not_above, field: lessons_missed, other: lessons_scheduled}",
        "{rule: not_above, field: lessons_missed}",
        ("check", "attendance.csv", "--form", "attendance"),
        ("checks.not_above.other",),
    ),
    "a contract, met by a template": (
        "ingest/contracts/attendance.yml",
        "privacy: plain",
        "privacy: plane",
        ("template", "attendance", "-o", "attendance.xlsx"),
        ("privacy", "plain"),
    ),
    "a contract that waits for no form, met by a check": (
        "ingest/contracts/attendance.yml",
        "depends_on: [",
        "depends_on: [atendance, ",
        ("check", "attendance.csv", "--form", "attendance"),
        ("depends_on", "attendance"),
    ),
    "a layout, met by a check": (
        "ingest/contracts/layouts/attendance/journal.yml",
        "  lessons_missed: [",
        "  lessons_mised: [",
        ("check", "attendance.csv", "--form", "attendance"),
        ("lessons_mised", "lessons_missed"),
    ),
    "a rule on a column it is not for": (
        "ingest/contracts/attendance.yml",
        "{rule: not_above, field: lessons_missed, other: lessons_scheduled}",
        "{rule: not_above, field: lessons_missed, other: letter}",
        ("generate", "--check"),
        ("not_above",),
    ),
    "limits no rule has": (
        "ingest/contracts/school_calendar.yml",
        "limits: {least: 35, most: 84}",
        "limits: {leest: 35, most: 84}",
        ("generate", "--check"),
        ("segment_length.limits.leest", "least"),
    ),
    "a code the program knows": (
        "ingest/codelists/mark.csv",
        "is_good",
        "is_god",
        ("generate", "--check"),
        ("mark.csv", "is_good"),
    ),
}


@pytest.mark.parametrize(
    ("mistake", "language"), [(each, ("kk", "ru")[nth % 2]) for nth, each in enumerate(ELSEWHERE)]
)
def test_a_mistake_is_told_wherever_it_is_met(project: Copy, mistake: str, language: str) -> None:
    name, old, new, command, named = ELSEWHERE[mistake]
    (project.root / "attendance.csv").write_text("БСН;ЖСН;Күні\n1;2;3\n", encoding="utf-8")
    file = project.root / name
    text = file.read_text(encoding="utf-8")
    assert old in text

    code, said = project.run(file, text.replace(old, new, 1).encode(), ("bbaj", *command), language)

    assert (code, len(said.splitlines())) == (MISUSED, 1), said
    assert all(word in said for word in (name, *named))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("kind: number", "kind: nubmer", ("kind", "number")),
        ("metric: attendance_rate", "metric: atendance_rate", ("metric", "attendance_rate")),
        ("dataset: attendance", "dataset: atendance", ("dataset", "attendance")),
        ("title:", "titel:", ("titel", "title")),
    ],
)
def test_dashboards_are_not_rendered_from_what_is_wrong(
    project: Copy, old: str, new: str, named: tuple[str, ...]
) -> None:
    file = project.root / "dashboards/assets/charts/attendance-rate.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    target = str(project.root / "bundles")
    code, said = project.run(
        file, text.replace(old, new, 1).encode(), ("dashboards.rendering.render", target), "ru"
    )
    assert (code, len(said.splitlines())) == (MISUSED, 1), said
    assert all(word in said for word in ("attendance-rate.yaml", *named))
