{#-
    How a table comes to be. Every build has a file of its own, in which nothing stands under the table's name that
    would have to be moved aside, renamed and dropped, as dbt's own way of making tables does; what is made twice in one
    file, by hand, takes the place of what was there. Names and types of the columns are held against what is written
    of them (`contract`) as otherwise. The second engine keeps its own way.
-#}
{% materialization table, adapter='duckdb' %}
    {%- if pre_hooks or post_hooks -%}
        {% do exceptions.raise_compiler_error("a table of this model has no hooks: see macros/materializations/table.sql") %}
    {%- endif -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set is_held = config.get('contract').enforced -%}
    {% call statement('main') -%}
        {%- if is_held %}{{ get_assert_columns_equivalent(sql) }}{% endif -%}
        create or replace table {{ target }}
        {%- if is_held %} {{ get_table_columns_and_constraints() }};
        insert into {{ target }} {{ get_column_names() }} (
            {{ get_select_subquery(sql) }}
        )
        {%- else %} as (
            {{ sql }}
        )
        {%- endif %};
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
