"""Damage to stored files."""
