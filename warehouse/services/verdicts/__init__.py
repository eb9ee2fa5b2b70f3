"""Waiting submissions get their verdicts, and the rows of the accepted ones land."""
