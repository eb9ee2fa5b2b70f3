"""Looking through an installation for damage: what is stored compared with what the ledger and the digests say of it.

`known`: what the ledger says there must be. `databases`: ledger and vault themselves. `received`, `derived`: the files.
`look`: all of it in order, told apart from what only seemed damaged because somebody was writing. `mend`: what may be
made anew unasked.
"""
