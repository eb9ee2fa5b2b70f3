"""The formula of a term's mark as macros of the warehouse.

In: `term_formula`. Out: the text of `dbt_project/macros/term_marks.sql`, which `bbaj generate` writes.
"""

from __future__ import annotations

from textwrap import dedent

from expectations.term.formula import differs, percent, recomputed, rounded_percent
from ingest.emit.emitter import notice

_REPORT = ("basis", "submission_key")


def term_macros() -> str:
    """Macros: the steps from marks and weights to percentages, and what follows from a percentage."""
    steps = dedent(recomputed(_REPORT, "person_key")).strip()
    parts = {
        "term_mark_percent": ("recomputed", percent("{{ recomputed }}")),
        "term_mark_rounded_percent": ("recomputed", rounded_percent("{{ recomputed }}")),
        "term_mark_differs": (
            "recomputed, scale",
            differs("{{ recomputed }}", "{{ scale }}.percent_from", "{{ scale }}.percent_to"),
        ),
    }
    macros = [f"{{% macro term_mark_steps() -%}}\n{steps}\n{{%- endmacro %}}"]
    macros += [
        f"{{% macro {name}({given}) -%}}\n{sql}\n{{%- endmacro %}}" for name, (given, sql) in parts.items()
    ]
    said = notice("expectations/term/formula.py")
    return f"{{#- {said} -#}}\n" + "\n\n".join(macros) + "\n"
