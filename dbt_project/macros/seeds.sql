{#-
    The dictionaries on the second engine: views of their rows, written out. Its own way writes a file for each, makes the
    text `None` of an empty cell, and breaks at an apostrophe. A dictionary that an installation has not begun has no row.
-#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {% set sql %}
        create or replace view {{ this.render() }} as
        {%- if agate_table.rows | length == 0 %}
        select
        {%- for column in agate_table.column_names %}
            {{ bbaj.spark_literal(none, types.get(column, 'string')) }} as {{ column }}{% if not loop.last %},{% endif %}
        {%- endfor %}
        where false
        {%- else %}
        select * from values
        {%- for row in agate_table.rows %}
            (
            {%- for column in agate_table.column_names -%}
                {{ bbaj.spark_literal(row[column], types.get(column, 'string')) }}{% if not loop.last %}, {% endif %}
            {%- endfor -%}
            ){% if not loop.last %},{% endif %}
        {%- endfor %}
        as seed ({{ agate_table.column_names | join(', ') }})
        {%- endif %}
    {% endset %}
    {% call statement('seed_view') -%}{{ sql }}{%- endcall %}
    {{ return(sql) }}
{%- endmacro %}

{#- The rows stand in the view already. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return('select 1') }}
{%- endmacro %}

{% macro spark_literal(value, type) -%}
    {%- if value is none -%}
        cast(null as {{ type }})
    {%- else -%}
        cast('{{ (value | string).replace("\\", "\\\\").replace("'", "\\'") }}' as {{ type }})
    {%- endif -%}
{%- endmacro %}
