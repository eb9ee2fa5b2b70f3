"""Bytes of a text → characters → rows of cells, also where its encoding or quotes are not as they should be."""
