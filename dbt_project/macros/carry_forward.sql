{#-
    Last known value of each column: a null takes the value of the nearest earlier row of its partition.
    Two steps, since engines disagree on `ignore nulls`: `counted` numbers the runs, `filled` reads their first value.
-#}
{% macro carry_forward_runs(columns, partition_by, order_by) -%}
    {%- for column in columns %}
    count({{ column }}) over (
        partition by {{ partition_by }}
        order by {{ order_by }} rows between unbounded preceding and current row
    ) as {{ column }}_run
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro carry_forward_values(columns, partition_by) -%}
    {%- for column in columns %}
    max({{ column }}) over (partition by {{ partition_by }}, {{ column }}_run) as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
