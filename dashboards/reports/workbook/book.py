"""A summary as the bytes of a workbook. The same content in the same language gives the same bytes."""

from __future__ import annotations

import io

import xlsxwriter

from dashboards.exports.xlsx_file import sheet_name
from dashboards.reports.content import Content
from dashboards.reports.workbook.cells import Looks
from dashboards.reports.workbook.sheets import write_explanations, write_first, write_section
from dashboards.reports.workbook.words import words

_LONGEST_SHEET = 31


def workbook(content: Content, language: str) -> bytes:
    """The summary in Kazakh (kk) or Russian (ru)."""
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    title = content.title.of(language)
    subject = f"{content.place.name.of(language)}, {content.period_label.of(language)}"
    made_at = content.imprint.made_at.replace(tzinfo=None)
    book.set_properties({"title": title, "subject": subject, "created": made_at})
    looks, taken = Looks(book, language), set[str]()
    said = words(language)
    write_first(book.add_worksheet(_free(said["first"], taken)), content, looks)
    for section in content.sections:
        name = _free(section.short.of(language) if section.short else section.heading.of(language), taken)
        write_section(book, book.add_worksheet(name), content, section, looks)
    write_explanations(book.add_worksheet(_free(said["explanations"], taken)), content, looks)
    book.close()
    return target.getvalue()


def _free(title: str, taken: set[str]) -> str:
    """A name no other sheet has; spreadsheets hold capitals and small letters for the same."""
    name, number = sheet_name(title), 1
    while name.casefold() in taken:
        number += 1
        ending = f" {number}"
        name = sheet_name(title)[: _LONGEST_SHEET - len(ending)].rstrip() + ending
    taken.add(name.casefold())
    return name
