"""What follows from a contract: templates, the reader's schema, dbt's sources and staging, the forms' names.

One module per target, each an `Emitter` with one golden test; `generate` writes all or says what drifted.
"""
