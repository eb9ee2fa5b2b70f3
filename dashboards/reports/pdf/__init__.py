"""A summary as PDF: one language, tagged for readers who do not see it, kept for good (PDF/UA-1 and PDF/A-2a).

In: a `Content`. Out: bytes, the same ones for the same content for ever: fonts and templates are this package's, the
day is the edition's. `told` says everything in words, `drawings` where each mark of a chart lies; the templates only
set it. `habits` reads a finished PDF and says which of the habits of good statistical bulletins it breaks.
"""
