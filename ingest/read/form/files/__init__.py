"""Texts and workbooks → the tables of a form on them."""
