"""One case for each kind of pollution of a delimited text.

A `Case` is the bytes of a file and what it truly holds: `header` (None where there is none) and `rows`, one
after another also where the file has several tables. Truth keeps cells as written.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.polluter.tables import Clean, sales, school


@dataclass(frozen=True)
class Case:
    name: str
    content: bytes
    header: list[str] | None
    rows: list[list[str]]


@dataclass(frozen=True)
class Style:
    """How a clean table is written."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    end: str = "\n"
    everything: bool = False

    def cell(self, text: str) -> str:
        needs = self.everything or any(mark in text for mark in (self.delimiter, self.quote, "\n", "\r"))
        if not needs:
            return text
        inner = text.replace(self.escape, self.escape * 2) if self.escape else text
        inner = inner.replace(self.quote, (self.escape or self.quote) + self.quote)
        return self.quote + inner + self.quote

    def line(self, cells: list[str]) -> str:
        return self.delimiter.join(map(self.cell, cells)) + self.end

    def lines(self, table: Clean) -> list[str]:
        return [self.line(table.header), *map(self.line, table.rows)]

    def text(self, table: Clean) -> str:
        return "".join(self.lines(table))


PLAIN = Style()
Maker = Callable[[int], Iterator[Case]]
MAKERS: dict[str, Maker] = {}


def kind(maker: Maker) -> Maker:
    MAKERS[maker.__name__] = maker
    return maker


def cases(seed: int) -> Iterator[Case]:
    """Every case of one seed."""
    for maker in MAKERS.values():
        yield from maker(seed)


def _case(name: str, table: Clean, text: str, encoding: str = "utf-8") -> Case:
    return Case(name, text.encode(encoding), table.header, table.rows)


@kind
def plain(seed: int) -> Iterator[Case]:
    yield _case("plain_sales", sales(seed), PLAIN.text(sales(seed)))
    yield _case("plain_school", school(seed), PLAIN.text(school(seed)))


@kind
def delimiter(seed: int) -> Iterator[Case]:
    for mark in (";", "\t", "|", " ", ", ", ":", "^", "~", "\t\t", "||", "\\t"):
        name = "_".join(f"{ord(letter):02x}" for letter in mark)
        yield _case(f"delimiter_{name}", sales(seed), Style(delimiter=mark).text(sales(seed)))
    for mark in (";", "\t", "|"):
        yield _case(
            f"delimiter_school_{ord(mark):02x}", school(seed), Style(delimiter=mark).text(school(seed))
        )


@kind
def quote(seed: int) -> Iterator[Case]:
    table = sales(seed)
    yield _case("quote_all", table, Style(everything=True).text(table))
    yield _case("quote_apostrophe", table, Style(quote="'").text(table))
    yield _case("quote_apostrophe_all", table, Style(quote="'", everything=True).text(table))


@kind
def escape(seed: int) -> Iterator[Case]:
    table = sales(seed)
    yield _case("escape_backslash", table, Style(escape="\\").text(table))
    yield _case("escape_backslash_all", table, Style(escape="\\", everything=True).text(table))
    bare = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n" for row in table.rows]
    yield _case("escape_missing", table, PLAIN.line(table.header) + "".join(bare))


@kind
def record_separator(seed: int) -> Iterator[Case]:
    table = sales(seed)
    for name, end in (("crlf", "\r\n"), ("cr", "\r")):
        yield _case(f"separator_{name}", table, Style(end=end).text(table))
    lines = Style(end="\r\n").lines(table)
    lines[7] = lines[7].replace("\r\n", "\n")
    yield _case("separator_one_row", table, "".join(lines))
    yield _case("separator_none_at_end", table, PLAIN.text(table).rstrip("\n"))
    yield _case("separator_two_at_end", table, PLAIN.text(table) + "\n")


@kind
def line_break_in_cell(seed: int) -> Iterator[Case]:
    table = sales(seed)
    rows = [[*row[:-1], row[-1].replace(", ", ",\n")] for row in table.rows]
    yield _case("line_break_in_cell", Clean(table.header, rows), PLAIN.text(Clean(table.header, rows)))


@kind
def encoding(seed: int) -> Iterator[Case]:
    table = school(seed)
    for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "kz1048"):
        yield _case(f"encoding_{name}", table, Style(";").text(table), name)
    russian = Clean(
        ["ИИН", "Фамилия", "Класс", "Дата", "Балл", "Примечание"],
        [
            [row[0], "Иванова Мария", f"{number % 11 + 1}Б", *row[3:5], "новый ученик"]
            for number, row in enumerate(table.rows)
        ],
    )
    for name in ("cp1251", "koi8-r", "cp866"):
        yield _case(f"encoding_{name}", russian, Style(";").text(russian), name)
    western = Clean(["name", "city", "age"], [["José", "Málaga", str(n)] for n in range(20)])
    yield _case("encoding_cp1252", western, PLAIN.text(western), "cp1252")
    lines = Style(";").lines(school(seed))
    mixed = b"".join(
        line.encode("kz1048" if 10 <= place < 14 else "utf-8") for place, line in enumerate(lines)
    )
    yield Case("encoding_mixed", mixed, table.header, table.rows)


@kind
def preamble(seed: int) -> Iterator[Case]:
    table = sales(seed)
    text, blank = PLAIN.text(table), "," * (table.width - 1)
    yield _case("preamble_one", table, "Sales of the year\n" + text)
    yield _case("preamble_three", table, "Sales\nSource: shop, 2018\nUnit: piece\n" + text)
    yield _case("preamble_blank_line", table, "Sales\nSource: shop\n\n" + text)
    yield _case("preamble_sentence", table, "This lists sales, by day, of one shop\n" + text)
    yield _case("preamble_comments", table, "# one comment line here\n# and, a second\n" + text)
    yield _case("preamble_delimited", table, f"Sales{blank}\nShop{blank}\n" + text)
    yield _case("preamble_delimited_blank", table, f"Sales{blank}\n{blank}\n" + text)


@kind
def postamble(seed: int) -> Iterator[Case]:
    table = sales(seed)
    text, blank = PLAIN.text(table), "," * (table.width - 1)
    yield _case("postamble_one", table, text + "* provisional figures\n")
    yield _case("postamble_three", table, text + "* provisional\nSource: shop\nPrinted on Monday\n")
    yield _case("postamble_blank_line", table, text + "\nSource: shop\n")
    yield _case("postamble_sentence", table, text + "\nNote: figures, as given, are final.\n")
    yield _case("postamble_delimited", table, text + f"FOOTNOTE{blank}\n")
    learners = school(seed)
    yield _case("postamble_school", learners, Style(";").text(learners) + "\nЕскерту: деректер алдын ала\n")


@kind
def header(seed: int) -> Iterator[Case]:
    table = sales(seed)
    lines = PLAIN.lines(table)
    yield Case("header_missing", "".join(lines[1:]).encode(), None, table.rows)
    units = ["day", "hour", "pieces", "code", "USD", "text", "text"]
    joined = [f"{name} {unit}" for name, unit in zip(table.header, units, strict=True)]
    yield Case(
        "header_two_rows", "".join([lines[0], PLAIN.line(units), *lines[1:]]).encode(), joined, table.rows
    )
    thrice = [" ".join([name] * 3) for name in table.header]
    yield Case("header_three_rows", "".join([lines[0], lines[0], *lines]).encode(), thrice, table.rows)
    yield Case("header_only", lines[0].encode(), table.header, [])
    yield Case("header_one_record", "".join(lines[:2]).encode(), table.header, table.rows[:1])
    learners = school(seed)
    bare = "".join(Style(";").lines(learners)[1:])
    yield Case("header_missing_school", bare.encode(), None, learners.rows)


@kind
def ragged(seed: int) -> Iterator[Case]:
    table = sales(seed)
    chance = random.Random(seed)
    for place in sorted(chance.sample(range(len(table.rows)), 2)):
        for name, change in (
            ("short", lambda row: row[:4]),
            ("short_by_one", lambda row: row[:-1]),
            ("long", lambda row: [*row, "more"]),
            ("long_inside", lambda row: [*row[:3], "", *row[3:]]),
        ):
            rows = [change(row) if number == place else row for number, row in enumerate(table.rows)]
            changed = Clean(table.header, rows)
            yield _case(f"ragged_{name}_{place}", changed, PLAIN.text(changed))


@kind
def quotes_astray(seed: int) -> Iterator[Case]:
    table = sales(seed)
    for style, name in ((PLAIN, "minimal"), (Style(everything=True), "all")):
        for column in range(table.width):
            place = 5 + column
            lines = style.lines(table)
            cells = [style.cell(text) for text in table.rows[place]]
            # As Pollock has it: the mark is part of the value.
            cells[column] = (
                cells[column][:1] + '"' + cells[column][1:]
                if cells[column][0] == '"'
                else '"' + cells[column]
            )
            lines[place + 1] = ",".join(cells) + "\n"
            rows = [list(row) for row in table.rows]
            rows[place][column] = '"' + rows[place][column]
            yield _case(f"quote_extra_{name}_{column}", Clean(table.header, rows), "".join(lines))
    style = Style(everything=True)
    for column in range(table.width):
        lines = style.lines(table)
        cells = [style.cell(text) for text in table.rows[4]]
        cells[column] = cells[column][:-1]
        lines[5] = ",".join(cells) + "\n"
        yield _case(f"quote_missing_{column}", table, "".join(lines))
        cells = [style.cell(text) for text in table.rows[4]]
        cells[column] = cells[column][1:]
        lines[5] = ",".join(cells) + "\n"
        yield _case(f"quote_missing_before_{column}", table, "".join(lines))


@kind
def blank_lines(seed: int) -> Iterator[Case]:
    table = sales(seed)
    lines = PLAIN.lines(table)
    yield _case("blank_first", table, "\n\n" + "".join(lines))
    yield _case("blank_inside", table, "".join([*lines[:9], "\n", *lines[9:20], "\n\n", *lines[20:]]))
    yield _case("blank_delimited", table, "".join([*lines[:9], "," * (table.width - 1) + "\n", *lines[9:]]))


@kind
def other_delimiter_in_a_row(seed: int) -> Iterator[Case]:
    table = sales(seed)
    for mark in (";", " ", "\t"):
        lines = PLAIN.lines(table)
        lines[6] = Style(delimiter=mark).line(table.rows[5])
        yield _case(f"row_delimiter_{ord(mark):02x}", table, "".join(lines))


@kind
def formats(seed: int) -> Iterator[Case]:
    table = school(seed)
    odd = ("12 345,6", "1 234.5", "-5", "(12)", "1,5E+3", "–", "1.234,56", "1’234", "95 %", "12 м²", "5 чел.")
    days = (
        "2015-03-01", "1 наурыз 2015 ж.", "01/03/15", "3 марта 2015 г.", "2015.03.01", "42064",
        "«1» наурыз 2015 жыл", "2015 жылғы 1 наурыз", "01-мар-2015", "1.III.2015", "01032015",
    )  # fmt: skip
    wrapped = ("'{}", "{}.0", "{} ", "{}", '="{}"')
    rows = [
        [wrapped[number % 5].format(row[0]), *row[1:3], days[number % 11], odd[number % 11], row[5]]
        if number % 2 == 0
        else row
        for number, row in enumerate(table.rows)
    ]
    changed = Clean(table.header, rows)
    yield _case("formats", changed, Style(";").text(changed))


@kind
def several_tables(seed: int) -> Iterator[Case]:
    first, second = sales(seed), school(seed, 10)
    text = PLAIN.text(first) + "{}" + PLAIN.text(second)
    rows = [*first.rows, second.header, *second.rows]
    yield Case("tables_parted", text.format("\n").encode(), first.header, rows)
    yield Case("tables_touching", text.format("").encode(), first.header, rows)
    more = sales(seed + 1, 12)
    yield Case(
        "tables_alike",
        (PLAIN.text(first) + "\n" + PLAIN.text(more)).encode(),
        first.header,
        first.rows + more.rows,
    )


@kind
def small(seed: int) -> Iterator[Case]:
    one = Clean(["name"], [[name] for name in ("Astana", "Almaty", "Taraz", "Oral")])
    yield _case("one_column", one, PLAIN.text(one))
    yield Case("empty", b"", None, [])
