"""A digest in each row of the ledger that others rely on: a bit turned in a value that keeps the file well formed would
make another decision of it.

`row_digest`: what a row says, as one digest, the same on both engines. `sealed`: the models whose rows carry one,
written in the transaction that writes the row and compared before the row is changed. `tally`: how many rows a table
was given and what their seals add up to. `broken`: looking for rows that say something else than when they were sealed,
and for tables that are not what was written to them.
"""
