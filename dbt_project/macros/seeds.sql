{#-
    The dictionaries on the second engine: views of their rows, written out. Its own way writes a file for each, makes the
    text `None` of an empty cell, and breaks at an apostrophe. A dictionary that an installation has not begun has no row.
    Types are said once a column: the view is read anew wherever it is named, and a type said of every cell with it.
-#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {% set sql %}
        create or replace view {{ this.render() }} as
        select
        {%- for column in agate_table.column_names %}
            cast({{ 'null' if agate_table.rows | length == 0 else column }} as {{ types.get(column, 'string') }}) as {{ column }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
        {%- if agate_table.rows | length == 0 %}
        where false
        {%- else %}
        from values
        {%- for row in agate_table.rows %}
            (
            {%- for column in agate_table.column_names -%}
                {{ bbaj.spark_text(row[column]) }}{% if not loop.last %}, {% endif %}
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

{% macro spark_text(value) -%}
    {%- if value is none -%}
        null
    {%- else -%}
        '{{ (value | string).replace("\\", "\\\\").replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
