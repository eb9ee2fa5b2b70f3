"""A summary as a workbook: a first sheet to read, a sheet with table and chart for each finding, explanations."""

from dashboards.reports.workbook.book import workbook

__all__ = ["workbook"]
