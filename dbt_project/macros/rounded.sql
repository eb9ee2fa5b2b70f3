{#-
    A count of persons, or of what they did, as a multiple of `base` next below or above it. Which of the two follows from
    `cell_key`, a whole number that names the cell in every table, on every basis and in every publication: so the same
    figure is always shown alike, no cell is rounded twice differently, and sums over many cells come out right on the
    average. Of two figures of one cell the smaller stays the smaller. With `base` 1 nothing is rounded.
-#}
{% macro rounded(figure, base, cell_key) -%}
    cast(
        {{ figure }} + mod({{ cell_key }}, {{ base }})
        - mod({{ figure }} + mod({{ cell_key }}, {{ base }}), {{ base }}) as bigint
    )
{%- endmacro %}
