"""Rows and a contract → the form's columns, data rows and findings."""
