"""Accepted rows as typed Parquet, without anything that names a person."""
