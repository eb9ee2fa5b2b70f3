{#-
    How a table comes to be. Every build has a file of its own, in which nothing stands under the table's name that
    would have to be moved aside, renamed and dropped, as dbt's own way of making tables does; what is made twice in one
    file, by hand, takes the place of what was there. Names and types of the columns are held against what is written
    of them (`contract`) once the table is there, by one statement, and so is their order: dbt's own way asks two
    questions ahead and looks at each column for itself, a sixth of a small build. Where the draft began with the last one, what is `carried` changes in the rows of the
    reports that moved, and what `stays` is left as it stood if nothing it is made of moved (macros/carried.sql).
-#}
{% materialization table, adapter='duckdb' %}
    {%- if pre_hooks or post_hooks -%}
        {% do exceptions.raise_compiler_error("a table of this model has no hooks: see macros/materializations/table.sql") %}
    {%- endif -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set is_held = config.get('contract').enforced -%}
    {%- set carried = (config.get('meta') or {}).get('carried') -%}
    {%- set moved = bbaj.moved_since(target, carried) if carried else none -%}
    {%- set stays = (config.get('meta') or {}).get('stays') -%}
    {% call statement('main') -%}
        {%- if stays and bbaj.stays_as_it_was(target, stays) %}
        select 1
        {%- else %}
        {%- if moved is not none %}
        {%- if is_held %}{{ get_assert_columns_equivalent(sql) }}{% endif -%}
        {{ bbaj.changed_in(target, sql, carried, bbaj.relations_of(bbaj.names_in(carried)), moved) }}
        {%- else %}
        create or replace table {{ target }} as (
            {{ sql }}
        )
        {%- if is_held %};
        {{ bbaj.other_columns_are_an_error(target, model.columns.values()) }}
        {%- endif %}
        {%- endif %}
        {%- endif %};
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- On the second engine as well nothing stands under the name: its names begin with a build and go with it. -#}
{% materialization table, adapter='spark' %}
    {%- if pre_hooks or post_hooks -%}
        {% do exceptions.raise_compiler_error("a table of this model has no hooks: see macros/materializations/table.sql") %}
    {%- endif -%}
    {%- set target = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        {{ create_table_as(false, target, sql) }}
    {%- endcall %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
