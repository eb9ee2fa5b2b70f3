"""The audit tells what is wrong and does not pretend: with tools that answer as the real ones were seen to."""

from __future__ import annotations

import json
import re
import stat
import tomllib
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import __main__ as program
from audit.ages import older_of, recipe_of
from audit.licences import Policy, expression_of, is_allowed, licences_of, policy
from audit.locks import LOCKS, PROJECT, Lock, Pin, pins_of
from audit.sbom import IncompleteError, write_sbom
from audit.vulnerabilities import audit, read

_HASH = "--hash=sha256:" + "0" * 64
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}(rc[0-9])?", fullmatch=True)
MARKERS = st.sampled_from(["", "sys_platform == 'win32'", "python_full_version < '3.13'"])
PINS = st.lists(st.builds(Pin, NAMES, VERSIONS, MARKERS), unique_by=lambda pin: pin.name, max_size=8)


def written(pins: list[Pin]) -> str:
    return "".join(
        f"{pin.name}=={pin.version}{f' ; {pin.marker}' if pin.marker else ''} \\\n    {_HASH}\n"
        for pin in pins
    )


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for programs that answer what a test wants."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def answers(tools: Path, name: str, text: str, code: int = 0) -> None:
    """A program of that name says this, and where it is told to write a file writes it there."""
    script = tools / name
    (tools / f"{name}.txt").write_text(text, encoding="utf-8")
    body = '#!/bin/sh\nout=/dev/stdout\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done\n'
    script.write_text(f'{body}cat {tools}/{name}.txt > "$out"\nexit {code}\n', encoding="utf-8")
    script.chmod(stat.S_IRWXU)


def a_lock(folder: Path, pins: list[Pin]) -> Lock:
    file = folder / "some.lock"
    file.write_text(written(pins), encoding="utf-8")
    return Lock("some", file, folder / "environment", True)


@given(PINS)
def test_a_lock_is_read_whole(pins: list[Pin]) -> None:
    assert pins_of(written(pins)) == pins


@pytest.mark.parametrize(
    "line", ["requests>=2", "-r other.txt", "git+https://host/x", "requests", "--index-url https://x"]
)
def test_a_line_that_pins_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a pinned package"):
        pins_of(line)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_lock_pins_by_hash_and_names_no_address(lock: Lock) -> None:
    text = lock.file.read_text(encoding="utf-8")
    pins = lock.pins()
    assert pins and len({pin.name for pin in pins}) == len(pins)
    assert "://" not in text
    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(
        re.findall(r"^\S+==.*\\\n\s+--hash=", text, re.MULTILINE)
    )


def test_every_bound_has_its_reason_and_every_reason_its_bound() -> None:
    said = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    project = said["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["pipeline"]]
    wanted += [each for group in said["dependency-groups"].values() for each in group]
    bounds = {f"python{upper}" for upper in re.findall(r"<[\d.]+", project["requires-python"])}
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)[0]  # type: ignore[index]
        bounds |= {f"{name}{each}" for each in re.findall(r"(?:==|<=?|~=|!=)[\d.*]+", requirement)}
    made = (PROJECT / "Makefile").read_text(encoding="utf-8")
    bounds |= set(re.findall(r"\b[a-z-]+==[\d.]+", made))
    bounds |= {f"dashboards: {each}" for each in re.findall(r"(?<=--)exclude-newer(?:-package)? \S+", made)}
    page = (PROJECT / "docs" / "supply_chain.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([^`]*(?:[=<]|exclude)[^`]*)` \| \S", page, re.MULTILINE)) == bounds


def test_what_is_an_extra_and_has_an_environment_of_its_own_is_told_once() -> None:
    said = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert said["project"]["optional-dependencies"]["spark"] == said["dependency-groups"]["spark"]


def test_the_page_names_every_lock() -> None:
    page = (PROJECT / "docs" / "supply_chain.md").read_text(encoding="utf-8")
    for lock in LOCKS:
        row = f"| `{lock.file.relative_to(PROJECT)}` | "
        assert row in page
        assert page.partition(row)[2].splitlines()[0].endswith("| yes |" if lock.ships else "| no |")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_the_age_of_every_lock_is_asked_as_the_makefile_makes_it(lock: Lock) -> None:
    recipe = recipe_of(lock, (PROJECT / "Makefile").read_text(encoding="utf-8"))
    assert "--no-emit-index-url" in recipe and "-o" not in recipe
    assert ("--exclude-newer" in recipe) == (lock.name == "dashboards")
    with pytest.raises(ValueError, match="does not make"):
        recipe_of(lock, "lock:\n\t$(UV) pip compile x -o other.lock\n")


@given(PINS, PINS)
def test_what_is_older_is_named_with_the_version_of_today(locked: list[Pin], today: list[Pin]) -> None:
    older = older_of(locked, today)
    assert older_of(locked, locked) == {}
    for pin in locked:
        now = {each.version for each in today if each.name == pin.name}
        assert older.get(pin.name) == ((pin.version, *now) if now and now != {pin.version} else None)


def test_an_index_that_does_not_answer_is_told(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pins = LOCKS[0].pins()
    raised = [Pin(pin.name, "999" if place == 0 else pin.version) for place, pin in enumerate(pins)]
    monkeypatch.setattr(program, "LOCKS", LOCKS[:1])
    monkeypatch.setattr(program, "UV", (str(tools / "uv"),))
    answers(tools, "uv", written(raised))
    assert program.main(["--only", "ages"]) == 0
    said = capsys.readouterr().out
    assert f"1 of {len(pins)}" in said and f"{pins[0].name} {pins[0].version}: `make lock` takes 999" in said
    answers(tools, "uv", "", code=2)
    assert program.main(["--only", "ages"]) == program.UNASKED
    assert "NOT AUDITED" in capsys.readouterr().out
    monkeypatch.setattr(program, "UV", (str(tools / "nothing"),))
    assert program.main(["--only", "ages"]) == program.UNASKED


VULNERABLE = {
    "name": "b",
    "version": "1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": []}, {"id": "X", "fix_versions": ["2"]}],
}


def test_what_nobody_answered_for_is_not_called_clean() -> None:
    pins = [Pin("a", "1"), Pin("b", "1")]
    clean = {"name": "a", "version": "1", "vulns": []}
    skipped = {"name": "b", "skip_reason": "Dependency not found on PyPI"}
    for packages, is_clean in (
        ([clean, {"name": "B", "version": "1", "vulns": []}], True),
        ([clean, skipped], False),
        ([clean], False),
        ([], False),
        ([clean, VULNERABLE], False),
    ):
        assert read(json.dumps({"dependencies": packages}), pins).is_clean is is_clean, packages
    assert read("", pins, "ConnectionError: no route").failed == "ConnectionError: no route"
    assert [found[2:] for found in read(json.dumps({"dependencies": [clean, VULNERABLE]}), pins).found] == [
        ("PYSEC-1", "no release yet"),
        ("X", "2"),
    ]


def test_packages_of_other_systems_are_asked_about(tools: Path, tmp_path: Path) -> None:
    lock = a_lock(tmp_path, [Pin("a", "1", "sys_platform == 'win32'"), Pin("b", "2")])
    script, seen = tools / "pip-audit", tmp_path / "seen"
    script.write_text(
        f'#!/bin/sh\nwhile [ "$1" != -r ]; do shift; done\ncat "$2" > {seen}\n', encoding="utf-8"
    )
    script.chmod(stat.S_IRWXU)
    assert not audit(lock, tools, "pypi").is_clean
    assert pins_of(seen.read_text(encoding="utf-8")) == [Pin("a", "1"), Pin("b", "2")]
    assert seen.read_text(encoding="utf-8").count(_HASH) == 2


@pytest.mark.parametrize(
    "packages, code",
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0),
        ([{"name": "a", "skip_reason": "no page"}], program.UNASKED),
        ([{"name": "a", "version": "1", "vulns": [{"id": "X", "fix_versions": []}]}], program.WRONG),
    ],
)
def test_the_exit_code_says_clean_vulnerable_or_not_asked(
    tools: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    packages: list[dict[str, object]],
    code: int,
) -> None:
    monkeypatch.setattr(program, "TOOLS", tools)
    monkeypatch.setattr(program, "LOCKS", [a_lock(tmp_path, [Pin("a", "1")])])
    answers(tools, "pip-audit", json.dumps({"dependencies": packages}), code=0)
    assert program.main(["--only", "vulnerabilities"]) == code
    said = capsys.readouterr().out
    assert ("NOT AUDITED" in said) == (code == program.UNASKED)


def test_a_list_of_parts_that_lacks_one_is_refused(tools: Path, tmp_path: Path) -> None:
    lock = a_lock(tmp_path, [Pin("a", "1"), Pin("b-c", "2")])
    parts = [{"name": "a", "version": "1"}, {"name": "B_c", "version": "2"}]
    answers(tools, "cyclonedx-py", json.dumps({"components": parts}))
    assert write_sbom(lock, tools, tmp_path / "out").exists()
    answers(tools, "cyclonedx-py", json.dumps({"components": parts[:1]}))
    with pytest.raises(IncompleteError, match="b-c"):
        write_sbom(lock, tools, tmp_path / "out")


EXPRESSIONS = st.recursive(
    st.sampled_from(["MIT", "GPL-3.0-only", "ISC", "LGPL-2.1-or-later"]),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner), st.builds("({} OR {})".format, inner, inner)
    ),
    max_leaves=6,
)


@given(EXPRESSIONS, st.sets(st.sampled_from(["MIT", "GPL-3.0-only", "ISC", "LGPL-2.1-or-later"])))
def test_an_expression_is_allowed_as_logic_says(expression: str, allowed: set[str]) -> None:
    python = re.sub(
        r"[A-Z]+-?[\w.-]*",
        lambda m: m[0].lower() if m[0] in ("AND", "OR") else str(m[0] in allowed),
        expression,
    )
    assert is_allowed(expression, frozenset(allowed)) is eval(python)
    assert is_allowed(
        expression[1:-1] if expression.startswith("(") else expression, frozenset(allowed)
    ) is eval(python)


@pytest.mark.parametrize("wrong", ["", "MIT AND", "(MIT", "MIT ISC", "MIT OR OR ISC", "MIT, ISC", ")"])
def test_what_is_no_expression_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        is_allowed(wrong, frozenset({"MIT", "ISC"}))


def test_what_a_package_says_becomes_an_expression_or_is_unknown(tmp_path: Path) -> None:
    rules = Policy(frozenset({"MIT"}), {"mit license": "MIT"}, {}, {})
    for number, (said, expected) in enumerate(
        [
            ("License-Expression: MIT", "MIT"),
            ("License-Expression: GPL-3.0-only", "GPL-3.0-only"),
            ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
            ("License: MIT License", "MIT"),
            ("License: as you like", None),
            ("License: UNKNOWN", None),
            ("Summary: nothing", None),
        ]
    ):
        folder = tmp_path / f"{number}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: a\nVersion: 1\n{said}\n", encoding="utf-8"
        )
        assert expression_of(PathDistribution(folder), rules) == expected, said


def test_an_unknown_package_or_another_version_fails(tmp_path: Path) -> None:
    place = tmp_path / "environment" / "lib" / "python3.11" / "site-packages" / "a-1.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: A\nVersion: 1\nLicense-Expression: MIT\n", encoding="utf-8"
    )
    lock = a_lock(tmp_path, [Pin("a", "1"), Pin("b", "1")])
    rules = Policy(frozenset({"MIT"}), {}, {}, {})
    assert set(licences_of(lock, rules).refused) == {"b"}
    assert "is not allowed" in licences_of(lock, Policy(frozenset({"ISC"}), {}, {}, {})).refused["a"]
    excepted = Policy(frozenset(), {}, {"b": {"licence": "ISC"}}, {"a": {"why": "x"}, "b": {"why": "x"}})
    assert licences_of(lock, excepted).refused == {}
    assert "1 is installed, 2 is locked" in licences_of(a_lock(tmp_path, [Pin("a", "2")]), rules).refused["a"]


def test_every_exception_and_every_acceptance_says_why() -> None:
    rules = policy()
    for said in (*rules.exceptions.values(), *rules.packages.values()):
        assert len(said.get("why") or said.get("read") or "") > 20
    accepted = tomllib.loads((PROJECT / "audit" / "accepted.toml").read_text(encoding="utf-8"))["accepted"]
    assert all(isinstance(why, str) and len(why) > 20 for why in accepted.values())


def test_what_the_pipeline_ships_is_licensed_as_allowed() -> None:
    """The environment that every test runs in."""
    found = licences_of(LOCKS[0], policy())
    assert found.refused == {} and len(found.known) > 100
