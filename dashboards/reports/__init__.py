"""Summaries that arrive by themselves: what the published file says of one place and period, as PDF and as workbook.

Runs in the environment of the pipeline and knows nothing of it: in goes a published file, out come figures and files.
"""
