"""Bytes of a text → its characters, in whatever encoding they were written."""
