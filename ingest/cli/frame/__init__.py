"""What every command stands in: the language, the pages of help, the forms of an answer, the words of what goes wrong.

In: words on the command line and the environment. Out: a command called, its answer shown, an exit code.
Knows no command: those are in `ingest.cli.commands`.
"""
