"""Receive: from bytes to a receipt. Nothing is opened or believed yet; nothing received is ever lost.

In: a file by drop folder, command or request, with the scope it claims. Out: the bytes in the raw store and a
submission in the ledger, in that order.
"""
