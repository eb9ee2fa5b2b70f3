"""Workbooks and tables in markup → grids of text, and what their cells do not show."""
