{#-
    The dictionaries on the second engine: views of literals. Its own way writes a file for each, makes the text `None` of
    an empty cell, and breaks at an apostrophe.
-#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {% set sql %}
        create or replace view {{ this.render() }} as
        {%- for row in agate_table.rows %}
        select
            {%- for column in agate_table.column_names %}
            {{ bbaj.spark_literal(row[column], types.get(column, 'string')) }} as {{ column }}
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        {% if not loop.last %}union all{% endif %}
        {%- endfor %}
    {% endset %}
    {% call statement('seed_view') -%}{{ sql }}{%- endcall %}
    {{ return(sql) }}
{%- endmacro %}

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
