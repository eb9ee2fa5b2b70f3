"""A summary in the words of one language, laid out as the templates take it: nothing is computed after this.

In: a `Content`. Out: mappings, lists and texts, which become JSON.
"""

from __future__ import annotations

from typing import Any

from dashboards.reports.content import Call, Content, Imprint, Section, Source
from dashboards.reports.pdf.cells import Words, coverage, listed, table
from dashboards.reports.pdf.drawings import drawing
from dashboards.reports.pdf.headlines import headline
from dashboards.reports.pdf.letters import plain, settable
from dashboards.reports.pdf.numbers import day, moment, number
from dashboards.reports.pdf.words import words as words_in

SYMBOLS = ("c", "z", "x", "0", "p", "r")


def told(content: Content, language: str) -> dict[str, Any]:
    """Everything a summary says, in that language."""
    words = words_in(language)
    place, period = content.place.name.of(language), content.period_label.of(language)
    title = content.title.of(language)
    return {
        "language": language,
        "words": words,
        "title": plain(f"{title}. {place}. {period}"),
        "running": settable(f"{title} · {place} · {period}"),
        "footer": _footer(content.imprint, language, words),
        "first": _first_page(content, language, words),
        "sections": [_section(each, content, language, words) for each in content.sections],
        "closing": _closing(content, language, words),
    }


def _footer(imprint: Imprint, language: str, words: Words) -> str:
    return " · ".join(
        (
            words[f"status_{imprint.status}"],
            words["edition_number"].format(number=imprint.edition),
            words["publication_number"].format(number=imprint.publication),
            words["data_as_of_short"].format(moment=moment(imprint.data_as_of)),
        )
    )


def _first_page(content: Content, language: str, words: Words) -> dict[str, Any]:
    finding, *others = [settable(each.of(language)) for each in content.sentences] or [
        settable(content.title.of(language))
    ]
    smaller = "regions" if content.place.level == "republic" else "districts"
    return {
        "report": settable(content.title.of(language)),
        "place": settable(content.place.name.of(language)),
        "period": settable(content.period_label.of(language)),
        "heading": finding.removesuffix("."),
        "strip": _strip(content.imprint, words),
        "headlines": [headline(each, language, words) for each in content.headlines],
        "sentences": others,
        "calls": [
            {"heading": words[name], "items": [_call(each, language) for each in calls], "columns": columns}
            for name, calls, columns in (
                (smaller, content.regions, 3),
                ("organisations", content.organisations, 2),
            )
            if calls
        ],
    }


def _strip(imprint: Imprint, words: Words) -> list[dict[str, str]]:
    upcoming = day(imprint.next_date) if imprint.next_date else words["next_unknown"]
    return [
        {"label": words["status"], "value": words[f"status_{imprint.status}"]},
        {"label": words["edition"], "value": str(imprint.edition)},
        {"label": words["publication"], "value": f"№ {imprint.publication}"},
        {"label": words["data_as_of"], "value": moment(imprint.data_as_of)},
        {"label": words["next"], "value": upcoming},
    ]


def _call(call: Call, language: str) -> dict[str, str]:
    return {
        "name": settable(call.name.of(language)),
        "inside": settable(call.inside.of(language)) if call.inside else "",
        "why": settable(call.why.of(language)),
    }


def _section(section: Section, content: Content, language: str, words: Words) -> dict[str, Any]:
    chart = drawing(section, content.place, language, words)
    is_drawn, has_rows = section.drawn != "table", bool(section.table.rows)
    alt = plain(section.alt.of(language)) or plain(section.heading.of(language))
    return {
        "heading": settable(section.heading.of(language)),
        "subtitle": settable(section.subtitle.of(language)),
        "alt": alt,
        "chart": chart,
        "without": words["nothing_drawn"] if is_drawn and has_rows and chart is None else "",
        "table": table(section, language, words) if has_rows else None,
        "empty": words["no_rows"],
        "notes": [*_fewer(section, chart, words), *(settable(each.of(language)) for each in section.notes)],
        "source": source(section.source, content.imprint, words),
    }


def _fewer(section: Section, chart: dict[str, Any] | None, words: Words) -> list[str]:
    """That a chart or a table shows fewer rows than there are."""
    parts = [row for row in section.table.rows if not row.is_total]
    set_rows = [row for row in listed(section) if not row.is_total]
    drawn = len(chart["rows"]) if chart and "rows" in chart else len(set_rows)
    counts = {"drawn_first": (drawn, len(set_rows)), "listed_first": (len(set_rows), len(parts))}
    return [
        words[key].format(first=number(first, "count", 0), all=number(every, "count", 0))
        for key, (first, every) in counts.items()
        if first < every
    ]


def source(source: Source, imprint: Imprint, words: Words) -> dict[str, str]:
    """The line under a section: table, coverage, passport, and the command that walks it back."""
    told = [words["source_line"].format(table=source.table)]
    if source.conditions and not source.explained:
        told.append(", ".join(f"{key}={value}" for key, value in source.conditions.items()))
    if source.reported is not None:
        told.append(coverage(source.reported, source.due, words))
    rules = f", {words['passport_rules'].format(rules=imprint.rules)}" if imprint.rules else ""
    told.append(words["passport"].format(publication=imprint.publication) + rules)
    command = f"bbaj explain {source.explained}" if source.explained else ""
    return {"line": settable("; ".join(told)), "command": settable(command)}


def _closing(content: Content, language: str, words: Words) -> dict[str, Any]:
    imprint = content.imprint
    changed = [settable(each.of(language)) for each in imprint.changes]
    unchanged = words["changes_first" if imprint.edition == 1 else "changes_none"]
    symbols = [{"symbol": each, "meaning": words[f"legend_{each}"]} for each in SYMBOLS]
    return {
        "legend": [*symbols, {"symbol": words["points"], "meaning": words["legend_points"]}],
        "method": [settable(each.of(language)) for each in content.method],
        "glossary": [
            {"word": settable(each.word.of(language)), "meaning": settable(each.meaning.of(language))}
            for each in content.glossary
        ],
        "changes": changed or [unchanged],
        "imprint": _imprint(content, words),
    }


def _imprint(content: Content, words: Words) -> list[dict[str, Any]]:
    imprint = content.imprint
    counts = {
        "all": number(imprint.submissions, "count", 0),
        "approved": number(imprint.approved, "count", 0),
    }
    told = (
        ("imprint_report", f"{content.report} {content.period}"),
        ("imprint_basis", words[f"basis_{imprint.basis}"]),
        ("imprint_rules", imprint.rules),
        ("imprint_submissions", counts["all"] if imprint.submissions else ""),
        ("imprint_approval", words["imprint_approved"].format(**counts) if imprint.submissions else ""),
        ("imprint_made", moment(imprint.made_at)),
        ("imprint_hash", imprint.content_hash),
    )
    return [
        {"label": words[key], "value": settable(value), "computed": key == "imprint_hash"}
        for key, value in told
        if value
    ]
