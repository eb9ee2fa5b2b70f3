"""Answers to a person about the data held: found, corrected, erased."""
