"""What lies on the desk: files told by what stands in them, names no system stumbles over, packs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.marked import marked_workbook
from ingest.checker import desk as desks
from ingest.checker.desk import Desk, NotRecognisedError, newest_pack, safe_name
from ingest.checker.recognition import recognise
from ingest.emit.template import Prefill, template
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from tests.expectations.case_folders import CASES, cases
from warehouse.services.apart import parent
from warehouse.services.apart.limits import Limits
from warehouse.services.submitters import checking


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("form", contracts())
def test_a_template_says_itself_which_form_it_is(form: str, tmp_path: Path) -> None:
    path = tmp_path / "any name.xlsx"
    path.write_bytes(template(contracts()[form], "ru"))
    found = recognise(path)
    assert found is not None
    assert found.form == form


@pytest.mark.parametrize("chosen", [None, "attendance"])
def test_the_period_of_a_template_holds_whether_its_form_was_chosen_or_not(
    chosen: str | None, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "week.xlsx"
    prefill = Prefill("650940000016", Period.parse("week", "2026-W36"))
    path.write_bytes(template(contracts()["attendance"], "kk", prefill=prefill))
    assert desk.check(path, chosen, None).period == "2026-W36"


@pytest.mark.parametrize("form", contracts())
def test_a_file_without_a_stamp_is_told_by_its_columns(form: str) -> None:
    case = next(case for case in cases() if case.form == form)
    found = recognise(CASES / case.rule / "file.csv")
    assert found is not None
    assert found.form == form


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01\x02", "Тегі;Аты\nА;Б\n".encode()])
def test_a_file_of_no_form_is_asked_about(content: bytes, desk: Desk) -> None:
    with pytest.raises(NotRecognisedError):
        desk.check(desk.put("x.csv", content), None, None)


@given(st.text(max_size=300))
def test_any_name_can_stand_in_a_folder_of_any_system(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= 255
    assert PureWindowsPath(safe).name == safe
    assert not PureWindowsPath(safe).is_reserved()
    assert not set(safe) & set('<>:"/\\|?*\x00')
    assert safe.strip(" .") == safe


def test_the_ending_of_a_long_name_stays() -> None:
    assert safe_name("ә" * 300 + ".xlsx").endswith(".xlsx")


def test_old_files_go_and_all_of_them_at_the_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "KEPT", 3)
    content = (CASES / "required" / "file.csv").read_bytes()
    form = next(case.form for case in cases() if case.rule == "required")
    checked = [desk.check(desk.put("a.csv", content), form, None) for _ in range(3 + 2)]
    assert [desk.checked(each.key) is None for each in checked] == [True, True, False, False, False]
    assert desk.checked(checked[-1].key) is checked[-1]
    assert not checked[0].path.exists()
    desk.close()
    assert not checked[-1].path.exists()


def test_what_is_no_pack_is_passed_over(tmp_path: Path) -> None:
    assert newest_pack(tmp_path / "not there") is None
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert newest_pack(tmp_path) is None


def test_a_file_beyond_its_limits_is_told_and_comes_back_with_what_was_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not parent.can_be_apart():
        pytest.skip("limits are kept where the system keeps any")
    case = next(case for case in cases() if case.rule == "required")
    content = (CASES / case.rule / "file.csv").read_bytes()
    tight = Limits(memory=700 << 20, seconds=1, database=16 << 20, spilled=1 << 20)

    def spins(*_: object, **__: object) -> None:
        while True:
            pass

    with monkeypatch.context() as patch:
        patch.setattr(checking, "limits_for", lambda files: tight)
        patch.setattr("warehouse.services.submitters.check.check_report", spins)
        patch.setattr("expectations.marked.marked_workbook", _spins_where_it_reads(marked_workbook, spins))
        checked = desk.check(desk.put("file.csv", content), case.form, None)
        assert [each.code for each in checked.verdict.findings] == ["too_expensive_to_judge"]
        assert checked.verdict.outcome == "rejected"
        assert checked.marked("kk")[:2] == b"PK"
        parent._worker.close()
    assert desk.check(desk.put("file.csv", content), case.form, None).verdict.findings


def _spins_where_it_reads(work: Callable[..., bytes], spins: Callable[[], None]) -> Callable[..., bytes]:
    def mark(*args: object, is_read: bool = True) -> bytes:
        if is_read:
            spins()
        return work(*args, is_read=is_read)

    return mark
