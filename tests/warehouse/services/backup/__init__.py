"""Backups, drills and restores."""
