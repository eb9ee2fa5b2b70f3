"""The command line as a person uses it: a process of its own, its words and its exit codes."""

import json
import os
import subprocess
import sys

import openpyxl
import pytest

from tests.warm import PROJECT
from tests.warm.template import run_bbaj

TERRITORIES = """kato,level,type_code,name_ru,name_kk
110000000,oblast,0,Акмолинская область,Ақмола облысы
113800000,district,4,Атбасарский район,Атбасар ауданы
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def bbaj(home):
    def run(*words, **more):
        return run_bbaj(*words, env=environment(home) | more)

    return run


@pytest.fixture(scope="module")
def installed(bbaj):
    assert bbaj("init").returncode == 0


def environment(home):
    return os.environ | {"BBAJ_HOME": str(home), "COLUMNS": "200", "BBAJ_LANG": "en"}


@pytest.fixture(scope="module")
def territories(home):
    file = home / "kato.csv"
    file.write_text(TERRITORIES, encoding="utf-8")
    return file


SHAPE = {
    "verdict",
    "rows_in",
    "rows_accepted",
    "rows_rejected",
    "rows_not_data",
    "open_queries",
    "not_checked",
    "findings",
    *("node", "period", "marked", "list"),
}
FINDING = {"code", "severity", "sheet", "cell", "row", "column", "value", "message", "suggestion"}


def test_an_accepted_file_ends_with_0_and_the_published_shape(home, territories):
    """In an interpreter of its own, from its first import on."""
    words = ["check", str(territories), "--form", "territory_register", "--json"]
    command = [sys.executable, "-m", "ingest.cli", *words]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment(home), capture_output=True, text=True, check=False
    )
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["verdict"], verdict["rows_accepted"]) == (0, "accepted", 2)
    assert set(verdict) == SHAPE


def test_a_rejected_file_ends_with_1_and_findings_in_three_languages(bbaj, home):
    file = home / "wrong.csv"
    file.write_text(TERRITORIES.replace("113800000", "113800"), encoding="utf-8")
    done = bbaj("check", file, "--form", "territory_register", "--json")
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["verdict"], verdict["rows_accepted"]) == (1, "rejected", 0)
    assert all(set(finding) == FINDING for finding in verdict["findings"])
    assert {"kk", "ru", "en"} == set(verdict["findings"][0]["message"])


def test_what_is_no_spreadsheet_ends_with_2(bbaj, home):
    file = home / "picture.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    done = bbaj("check", file, "--form", "territory_register", "--lang", "ru")
    assert done.returncode == 2
    assert "Файл не удалось прочитать" in done.stdout


@pytest.mark.parametrize(
    "words, said",
    [
        (["check", "none.csv", "--form", "territory_register"], "There is no file"),
        (["check", "dbt_project", "--form", "territory_register"], "is a folder, and a file is wanted"),
        (
            ["submit", "README.md", "docs", "--form", "attendance", "--node", "KZ", "--period", "2026-W36"],
            "docs/*",
        ),
        (["check", "README.md", "--form", "nothing"], "There is no form"),
        (["approve"], "--by is missing"),
        (["approve", "999", "--by", "KZ"], "There is no receipt No. 999"),
        (["check", "README.md", "--form", "attendance", "--period", "36"], "Write it like 2026-W36"),
        (["template", "attendance", "--node", "650940000016", "-o", "t.xlsx"], "belong together"),
        (["publish"], "There is no finished build"),
        (["rollback", "7"], "Publication 7 is not kept"),
    ],
)
def test_a_mistyped_command_says_what_is_wrong_and_ends_with_64(bbaj, installed, words, said):
    done = bbaj(*words)
    assert done.returncode == 64
    assert said in done.stderr


def test_the_way_from_a_file_to_its_publication(bbaj, home, territories):
    handed_in = [
        "submit",
        territories,
        "--form",
        "territory_register",
        "--node",
        "KZ",
        "--period",
        "2026-07-17",
    ]
    first, again = bbaj(*handed_in, "--lang", "en"), bbaj(*handed_in, "--lang", "en")
    assert "Receipt No. 1" in first.stdout and "received before: receipt No. 1" in again.stdout
    assert "Accepted: 1" in bbaj("judge").stdout
    assert bbaj("approve", "1", "--by", "KZ").returncode == 0
    refused = bbaj("approve", "1", "--by", "110000000", "--lang", "ru")
    assert (refused.returncode, "утверждают: республика" in refused.stderr) == (64, True)
    assert "бекітілді" in bbaj("status", BBAJ_LANG="kk").stdout
    assert "Build 1 is ready" in bbaj("build").stdout
    assert "Publication 1 is shown" in bbaj("publish").stdout
    assert (home / "published" / "current" / "warehouse.duckdb").exists()
    assert "Nothing changed" in bbaj("build").stdout
    assert "көрсетілуде" in bbaj("publications", BBAJ_LANG="kk").stdout
    assert "Received: 0" in bbaj("collect").stdout
    assert bbaj("rollback", "7").returncode == 64


def test_a_query_is_shown_and_answered(bbaj, home):
    file = home / "asked.csv"
    lines = TERRITORIES.strip().splitlines()
    file.write_text("\n".join([lines[0] + ",", lines[1] + ",?", lines[2] + ","]), encoding="utf-8")
    handed_in = bbaj("submit", file, "--form", "territory_register", "--node", "KZ", "--period", "2026-08-01")
    number = handed_in.stdout.split("No. ")[1].split(":")[0]
    bbaj("judge")
    assert "A column without a header" in bbaj("queries", number).stdout
    assert bbaj("answer", number, "--by", "KZ", "--explanation", "белгі").returncode == 64
    done = bbaj("answer", number, "--by", "KZ", "--query", "1", "--explanation", "бақылау белгісі")
    assert "Queries explained: 1" in done.stdout
    assert "бақылау белгісі" in bbaj("queries", number).stdout
    assert bbaj("queries", "999").returncode == 64


def test_a_template_is_written_in_the_language_asked(bbaj, home):
    done = bbaj("template", "attendance", "--lang", "ru", "-o", home / "t.xlsx")
    assert done.returncode == 0 and (home / "t.xlsx").read_bytes()[:2] == b"PK"


def test_an_installation_that_cannot_says_so_without_a_trace_of_the_program(bbaj, tmp_path):
    (tmp_path / "bbaj.toml").write_text("colect_from = 2026-09-01\n", encoding="utf-8")
    done = bbaj("judge", BBAJ_HOME=str(tmp_path), BBAJ_LANG="ru")
    assert done.returncode == 70
    assert "colect_from" in done.stderr and "Traceback" not in done.stderr


def test_findings_are_shown_by_cause_with_a_few_places_and_the_way_to_all(bbaj, home):
    file = home / "many.csv"
    wrong = [f"1138{number},district,4,[bold]№ {number},Ауданы" for number in range(9)]
    file.write_text(TERRITORIES + "\n".join(wrong) + "\n", encoding="utf-8")
    done = bbaj("check", file, "--form", "territory_register", "--lang", "ru")
    assert done.returncode == 1
    # The group is headed once, five places are shown of it, and the rest is counted.
    assert done.stdout.count("«Код КАТО» (9)") == 1
    assert "… и ещё 4" in done.stdout
    assert "--marked" in done.stdout


def test_a_checked_file_comes_back_marked_and_private(bbaj, home):
    file, marked = home / "back.csv", home / "back.xlsx"
    file.write_text(TERRITORIES.replace("113800000", "113800"), encoding="utf-8")
    done = bbaj("check", file, "--form", "territory_register", "--marked", marked, "--lang", "ru")
    assert done.returncode == 1 and "Книга с отметками записана" in done.stdout
    assert marked.stat().st_mode & 0o777 == 0o600
    assert openpyxl.load_workbook(marked).sheetnames[-1] == "Результаты проверки"
    over_itself = bbaj("check", file, "--form", "territory_register", "--marked", file)
    assert over_itself.returncode == 64 and "is the file itself" in over_itself.stderr


def test_a_submission_comes_back_marked(bbaj, home):
    file = home / "sent.csv"
    file.write_text(TERRITORIES.replace("113800000", "113800"), encoding="utf-8")
    sent = ["--form", "territory_register", "--node", "KZ", "--period", "2026-07-18", "--lang", "en"]
    number = bbaj("submit", file, *sent).stdout.split("No. ")[1].split(":")[0]
    early = bbaj("marked", number, "-o", home / "sent.xlsx")
    assert early.returncode == 64 and "not judged yet" in early.stderr
    bbaj("judge")
    done = bbaj("marked", number, "-o", home / "sent.xlsx", "--lang", "kk")
    assert done.returncode == 0, done.stderr
    assert openpyxl.load_workbook(home / "sent.xlsx").sheetnames[-1] == "Тексеру нәтижесі"
    assert bbaj("marked", "999", "-o", home / "x.xlsx").returncode == 64


def test_a_template_for_a_report_states_whose_it_is(bbaj, home):
    asked = ["--node", "KZ", "--period", "2026-2027", "--lang", "ru"]
    done = bbaj("template", "school_calendar", *asked, "-o", home / "c.xlsx")
    assert done.returncode == 0 and "Заранее известных строк нет" in done.stdout
    sheet = openpyxl.load_workbook(home / "c.xlsx").worksheets[0]
    assert sheet["A4"].value.startswith("Сдаёт: KZ, ")
    assert sheet["A4"].value.endswith(" · Отчётный период: 2026-2027 (01.09.2026–31.08.2027)")
    nobody = bbaj("template", "attendance", "--node", "1", "--period", "2026-W37", "-o", home / "n.xlsx")
    assert nobody.returncode == 64 and not (home / "n.xlsx").exists()


def test_a_reference_pack_is_private_and_names_what_it_holds(bbaj, home, territories):
    bbaj("init")
    pack = home / "pack.zip"
    made = bbaj("reference-pack", "--node", "KZ", "-o", pack, "--lang", "ru")
    assert made.returncode == 0, made.stderr
    assert "не передавайте его посторонним" in made.stdout
    assert pack.stat().st_mode & 0o777 == 0o600
    done = bbaj("check", territories, "--form", "territory_register", "--reference", pack, "--json")
    assert json.loads(done.stdout)["verdict"] == "accepted", done.stderr
    other = bbaj(
        "check", territories, "--form", "territory_register", "--reference", pack, "--node", "113800000"
    )
    assert other.returncode == 64


def test_any_files_are_read_in_one_go_and_the_unreadable_is_named(bbaj, home):
    folder = home / "mess"
    folder.mkdir()
    (folder / "one.csv").write_bytes("Мектеп;Саны\nЛицей;12\n".encode("kz1048"))
    (folder / "two.csv").write_text("a|b\n1|2\n", encoding="utf-8")
    (folder / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    done = bbaj("read", folder, "--out-dir", home / "plain", "--lang", "en")
    assert done.returncode == 2 and "picture.xlsx: not read" in done.stdout
    assert (home / "plain" / "one.csv").read_text(encoding="utf-8") == "Мектеп,Саны\nЛицей,12\n"
    assert (home / "plain" / "two.csv").read_text(encoding="utf-8") == "a,b\n1,2\n"
    found = (home / "plain" / "findings.jsonl").read_text(encoding="utf-8")
    assert {"wrong_kind", "rows_reconciled"} <= {json.loads(line)["code"] for line in found.splitlines()}
    assert bbaj("read", folder, "--out-dir", folder, "--lang", "en").returncode == 64
