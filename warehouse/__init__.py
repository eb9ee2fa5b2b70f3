"""Keep: the identity vault, the lake, builds of the warehouse and their publication.

In: accepted submissions of the ledger. Out: typed Parquet without identifiers, and one published DuckDB file.
"""
