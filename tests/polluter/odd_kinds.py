"""Rarer kinds of pollution: odd separators, headers, shapes and quotes, and several at once."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.polluter.kinds import PLAIN, Case, Maker, Style
from tests.polluter.tables import Clean, cities, measurements, sales, school

ODD: dict[str, Maker] = {}


def odd(maker: Maker) -> Maker:
    ODD[maker.__name__] = maker
    return maker


def odd_cases(seed: int) -> Iterator[Case]:
    """Every case of one seed."""
    for maker in ODD.values():
        yield from maker(seed)


def _case(name: str, table: Clean, text: str, encoding: str = "utf-8") -> Case:
    return Case(name, text.encode(encoding), table.header, table.rows)


def _tables(seed: int) -> dict[str, Clean]:
    return {
        "sales": sales(seed),
        "school": school(seed),
        "cities": cities(seed),
        "numbers": measurements(seed),
    }


@odd
def odd_record_separator(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        for end in ("\x1e", "\r", "\u2028", "\x85", "\n\r", "\r\r\n", "\x0b", "\x0c"):
            mark = "".join(f"{ord(letter):02x}" for letter in end)
            yield _case(f"separator_{mark}_{name}", table, Style(end=end).text(table))
        lines = Style(end="\n").lines(table)
        lines = [line.rstrip("\n") + ("\r\n" if place % 3 else "\r") for place, line in enumerate(lines)]
        yield _case(f"separator_mixed_{name}", table, "".join(lines))


@odd
def odd_delimiter(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        for mark in (
            "\x1f",
            "\x01",
            "¬",
            "§",
            "ÿ",
            "||",
            "|;|",
            "::",
            "->",
            " | ",
            "; ",
            ";;",
            "#",
            "\\",
            "þ",
            "$$",
            "\t|\t",
        ):
            if name != "sales" and mark in ("#", "\\"):
                continue
            hexed = "_".join(f"{ord(letter):02x}" for letter in mark)
            yield _case(f"delimiter_{hexed}_{name}", table, Style(delimiter=mark).text(table))
        yield _case(f"delimiter_unit_record_{name}", table, Style(delimiter="\x1f", end="\x1e").text(table))
        for mark in (";", "\t", "|"):
            text = Style(delimiter=mark, everything=True).text(table)
            yield _case(f"delimiter_all_quoted_{ord(mark):02x}_{name}", table, text)


@odd
def odd_quote(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        for quote in ("'", "`", "|", "«", "$", "%", "~"):
            yield _case(
                f"quote_{ord(quote):02x}_{name}", table, Style(quote=quote, everything=True).text(table)
            )
        for escape in ("\\", "¥", "^", "/"):
            style = Style(escape=escape, everything=True)
            yield _case(f"escape_{ord(escape):02x}_{name}", table, style.text(table))
            yield _case(f"escape_min_{ord(escape):02x}_{name}", table, Style(escape=escape).text(table))
        spaced = [
            " , ".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\n"
            for row in [table.header, *table.rows]
        ]
        yield _case(f"quote_spaced_{name}", table, "".join(spaced))
        whole = ['"' + ",".join(row).replace('"', '""') + '"\n' for row in [table.header, *table.rows]]
        if not any("," in cell for row in table.rows for cell in row):
            yield _case(f"quote_whole_line_{name}", table, "".join(whole))


@odd
def bare_delimiter_escaped(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        rows = [
            ",".join(cell.replace("\\", "\\\\").replace(",", "\\,") for cell in row) + "\n"
            for row in [table.header, *table.rows]
        ]
        if any("," in row for row in "".join(",".join(r) for r in table.rows)):
            yield _case(f"escaped_delimiter_{name}", table, "".join(rows))


@odd
def trailing_delimiter(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        lines = PLAIN.lines(table)
        ended = [line.rstrip("\n") + ",\n" for line in lines]
        yield _case(f"trailing_every_{name}", table, "".join(ended))
        yield _case(f"trailing_all_but_header_{name}", table, lines[0] + "".join(ended[1:]))
        yield _case(f"trailing_header_{name}", table, ended[0] + "".join(lines[1:]))
        yield _case(
            f"trailing_many_{name}", table, "".join(line.rstrip("\n") + "," * 8 + "\n" for line in lines)
        )


@odd
def odd_header(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        lines = PLAIN.lines(table)
        fewer = Clean([*table.header[:-2], "", ""], table.rows)
        yield _case(f"header_fewer_{name}", fewer, PLAIN.line(table.header[:-2]) + "".join(lines[1:]))
        yield Case(f"header_missing_{name}", "".join(lines[1:]).encode(), None, table.rows)
        yield _case(f"header_only_{name}", Clean(table.header, []), lines[0])
        yield _case(f"header_only_no_end_{name}", Clean(table.header, []), lines[0].rstrip("\n"))
        yield _case(f"header_one_record_{name}", Clean(table.header, table.rows[:1]), "".join(lines[:2]))
        yield _case(f"header_two_records_{name}", Clean(table.header, table.rows[:2]), "".join(lines[:3]))
        yield _case(
            f"header_quoted_{name}", table, Style(everything=True).line(table.header) + "".join(lines[1:])
        )
        yield _case(f"header_blank_after_{name}", table, lines[0] + "\n" + "".join(lines[1:]))
        twice = Clean([*table.header[:2], table.header[1], *table.header[3:]], table.rows)
        yield _case(f"header_twin_names_{name}", twice, PLAIN.text(twice))
        unnamed = Clean(["", *table.header[1:]], table.rows)
        yield _case(f"header_first_unnamed_{name}", unnamed, PLAIN.text(unnamed))
        groups = ["Group A", *[""] * (table.width - 3), "Group B", ""]
        # A group stands over every column up to the next one.
        over = ["Group A"] * (table.width - 2) + ["Group B"] * 2
        joined = [f"{group} {head}" for group, head in zip(over, table.header, strict=True)]
        yield _case(f"header_groups_{name}", Clean(joined, table.rows), PLAIN.line(groups) + "".join(lines))
        years = Clean([table.header[0], *[str(2010 + at) for at in range(table.width - 1)]], table.rows)
        yield _case(f"header_years_{name}", years, PLAIN.text(years))


@odd
def odd_shape(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        lines = PLAIN.lines(table)
        for column in range(min(3, table.width)):
            one = Clean([table.header[column]], [[row[column]] for row in table.rows])
            yield _case(f"one_column_{column}_{name}", one, PLAIN.text(one))
            quoted = Style(everything=True).text(one)
            yield _case(f"one_column_quoted_{column}_{name}", one, quoted)
        two = Clean(table.header[:2], [row[:2] for row in table.rows])
        yield _case(f"two_columns_{name}", two, PLAIN.text(two))
        yield Case(f"one_row_{name}", lines[1].encode(), None, table.rows[:1])
        sparse = Clean(
            table.header,
            [
                [cell if (place + number) % 4 == 0 or place == 0 else "" for place, cell in enumerate(row)]
                for number, row in enumerate(table.rows)
            ],
        )
        yield _case(f"sparse_{name}", sparse, PLAIN.text(sparse))
        yield _case(f"sparse_semicolon_{name}", sparse, Style(";").text(sparse))
        yield _case(f"bom_{name}", table, "\ufeff" + "".join(lines))
        yield _case(f"bom_quoted_{name}", table, "\ufeff" + Style(everything=True).text(table))
        yield _case(f"nul_end_{name}", table, "".join(lines) + "\x1a")
    yield Case("only_a_mark", b"\xef\xbb\xbf", None, [])
    yield Case("only_blank_lines", b"\n\n\r\n", None, [])
    yield Case("only_delimiters", b",,,\n,,,\n", None, [])


@odd
def aligned(seed: int) -> Iterator[Case]:
    for name, table in (("cities", cities(seed)), ("numbers", measurements(seed))):
        rows = [table.header, *table.rows]
        widths = [max(len(row[at]) for row in rows) + 2 for at in range(table.width)]
        left = [
            "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
            for row in rows
        ]
        right = [
            "".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) + "\n" for row in rows
        ]
        yield _case(f"aligned_left_{name}", table, "".join(left))
        yield _case(f"aligned_right_{name}", table, "".join(right))
        padded = [
            ",".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + "\n"
            for row in rows
        ]
        filled = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
        kept = Clean(filled[0], filled[1:])
        yield _case(f"padded_{name}", kept, "".join(padded))


@odd
def one_row_astray(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        for place in (0, 1, len(table.rows) // 2, len(table.rows) - 1):
            for mark in (";", "\t", "|", " ", ", "):
                lines = PLAIN.lines(table)
                lines[place + 1] = Style(delimiter=mark).line(table.rows[place])
                if mark == " " and name in ("cities", "school"):
                    continue
                hexed = "_".join(f"{ord(letter):02x}" for letter in mark)
                yield _case(f"row_delimiter_{hexed}_{place}_{name}", table, "".join(lines))
            lines = Style(";").lines(table)
            lines[place + 1] = Style(",").line(table.rows[place])
            yield _case(f"row_comma_{place}_{name}", table, "".join(lines))
            lines = PLAIN.lines(table)
            lines[place + 1] = Style(quote="'", everything=True).line(table.rows[place])
            yield _case(f"row_quote_{place}_{name}", table, "".join(lines))
            lines = Style(everything=True).lines(table)
            lines[place + 1] = (
                ",".join(f'"{cell}' if at == 1 else f'"{cell}"' for at, cell in enumerate(table.rows[place]))
                + "\n"
            )
            if not any('"' in cell for cell in table.rows[place]):
                yield _case(f"row_quote_unclosed_{place}_{name}", table, "".join(lines))
            lines = PLAIN.lines(table)
            lines[place + 1] = lines[place + 1].rstrip("\n") + "\r"
            yield _case(f"row_end_{place}_{name}", table, "".join(lines))
            lines = PLAIN.lines(table)
            lines[place + 1] = "\n" + lines[place + 1]
            yield _case(f"row_blank_before_{place}_{name}", table, "".join(lines))
        header = PLAIN.lines(table)
        header[0] = Style(";").line(table.header)
        yield _case(f"row_delimiter_header_{name}", table, "".join(header))


@odd
def line_breaks(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        for end in ("\n", "\r\n"):
            rows = [
                [*row[:-1], f"{row[-1]}{end}second{end}{end}third"] if at % 5 == 2 else row
                for at, row in enumerate(table.rows)
            ]
            made = Clean(table.header, rows)
            for mark in (",", ";", "\t"):
                yield _case(
                    f"breaks_{len(end)}_{ord(mark):02x}_{name}", made, Style(mark, end=end).text(made)
                )
        heads = Clean([head + "\n(unit)" for head in table.header], table.rows)
        yield _case(f"breaks_in_header_{name}", heads, PLAIN.text(heads))


@odd
def around(seed: int) -> Iterator[Case]:
    for name, table in _tables(seed).items():
        for mark in (",", ";", "\t"):
            text, blank = Style(mark).text(table), mark * (table.width - 1)
            hexed = f"{ord(mark):02x}_{name}"
            yield _case(
                f"around_both_{hexed}",
                table,
                "Report of 2018\nPrinted: 01.02.2018\n\n" + text + "\nTotal records: 40\nEnd of file\n",
            )
            yield _case(f"around_title_{hexed}", table, "Report" + blank + "\n" + text)
            yield _case(
                f"around_pairs_{hexed}", table, f"Author{mark}Somebody\nDate{mark}2018-01-01\n\n" + text
            )
            yield _case(
                f"around_long_{hexed}",
                table,
                "".join(f"# Line {at} of a licence, which is long; and dull.\n" for at in range(20)) + text,
            )
            yield _case(f"around_end_{hexed}", table, text + "\n\n\nSource: the ministry, 2018\n")


@odd
def two_tables(seed: int) -> Iterator[Case]:
    made = list(_tables(seed).items())
    for (name, first), (other, second) in zip(made, made[1:] + made[:1], strict=True):
        for between in ("\n", "\n\n", ""):
            rows = [*first.rows, second.header, *second.rows]
            text = PLAIN.text(first) + between + PLAIN.text(second)
            yield Case(f"two_tables_{len(between)}_{name}_{other}", text.encode(), first.header, rows)


@odd
def odd_encoding(seed: int) -> Iterator[Case]:
    table = school(seed)
    for name in ("utf-16-le", "utf-16-be", "utf-32", "utf-16"):
        yield _case(f"encoding_{name}_crlf", table, Style("\t", end="\r\n").text(table), name)
        yield _case(f"encoding_{name}_cities", cities(seed), PLAIN.text(cities(seed)), name)
    words = Clean(["Фамилия", "Қала"], [["Қасымовабекқызы", "Қостанайоблысы"]] * 30)
    for name in ("utf-16-le", "utf-16-be"):
        yield _case(f"encoding_{name}_words", words, Style(";").text(words), name)
    western = Clean(
        ["Prénom", "Ville", "Âge"],
        [
            [f, c, str(20 + n % 40)]
            for n, (f, c) in enumerate(
                [
                    ("José", "Málaga"),
                    ("Zoë", "Köln"),
                    ("Åse", "Tromsø"),
                    ("François", "Besançon"),
                    ("Søren", "Århus"),
                    ("Jürgen", "München"),
                ]
                * 4
            )
        ],
    )
    for name in ("latin-1", "cp1252", "iso8859-15"):
        yield _case(f"encoding_{name}_names", western, Style(";").text(western), name)
    few = Clean(
        ["name", "city", "age"], [["Jose", "Malaga", str(n)] for n in range(30)] + [["Zoë", "Köln", "5"]]
    )
    yield _case("encoding_latin_few", few, PLAIN.text(few), "latin-1")
    turkish = Clean(
        ["ad", "şehir", "yaş"],
        [["Ayşe", "İstanbul", str(n)] for n in range(10)] + [["Gülşen", "Muğla", "5"]] * 5,
    )
    yield _case("encoding_cp1254", turkish, Style(";").text(turkish), "cp1254")


@odd
def values_like_dialects(seed: int) -> Iterator[Case]:
    """Values that hold what elsewhere parts cells: decimal commas, spaces of thousands, addresses, apostrophes."""
    chance = random.Random(seed)
    rows = range(1, 16)
    decimals = [[f"{chance.randint(0, 99)},{chance.randint(0, 99):02d}" for _ in range(4)] for _ in rows]
    made = {
        "decimals": Clean(["a", "b", "c", "d"], decimals),
        "thousands": Clean(
            ["year", "sum"], [[str(2000 + n), f"{n} {chance.randint(100, 999)},5"] for n in rows]
        ),
        "addresses": Clean(["id", "url"], [[str(n), f"http://a.example/b?x={n}&y=2;z=3,4|5"] for n in rows]),
        "lists": Clean(["name", "tags"], [[f"n{n}", "a|b|c" if n % 2 else "x|y|z w"] for n in rows]),
        "apostrophes": Clean(
            ["who", "what"], [["'tis John" if n % 3 else "Rock", "o'clock 'n roll"] for n in rows]
        ),
        "telephones": Clean(
            ["name", "phone", "sum"], [[f"Ким {n}", f"+7 (701) 123-45-{n:02d}", f"{n} 000,50"] for n in rows]
        ),
        "objects": Clean(["id", "doc"], [[str(n), f'{{"a": {n}, "b": "x, y"}}'] for n in rows]),
        "wide": Clean(
            [f"c{at}" for at in range(300)], [[str(n * at % 97) for at in range(300)] for n in rows]
        ),
        "merged": Clean(
            ["oblast", "district", "sum"], [["Абай" if n % 5 == 0 else "", f"д{n}", str(n)] for n in rows]
        ),
        "leading": Clean(["", "a", "b"], [["", str(n), f"t{n}"] for n in rows]),
    }
    for name, table in made.items():
        for mark in (",", ";", "\t"):
            yield _case(f"values_{ord(mark):02x}_{name}", table, Style(mark).text(table))
    spaced = "".join(", ".join(row) + "\n" for row in [made["decimals"].header, *decimals])
    yield _case("values_2c_20_decimals", made["decimals"], spaced)
    for name, cells in (
        ("decimals", [f"{n},5" for n in rows]),
        ("moments", [f"2024-01-{n:02d} 10:00:00" for n in rows]),
        ("names", ["Қасымова Айгүл", "Ким Сергей Петрович", "Оразбек Нұр"] * 5),
    ):
        one = Clean(["балл"], [[cell] for cell in cells])
        yield _case(f"one_column_{name}", one, "балл\n" + "".join(f"{cell}\n" for cell in cells))
