"""Great Expectations judges: rules as its expectations, a suite of them, its run over an open DuckDB connection.

Nothing outside this room imports Great Expectations, so that a school's checker runs the same rules without it.
"""

from expectations.gx.postponed import postpone

postpone("scipy.stats", "altair")
