{#-
    Which rows a test has to ask. Where a build began with the last one, all rows of reports that did not move, and all of a
    table that was left as it stood, were asked there (macros/carried.sql): a draft in which a test failed is not kept, and
    another model or another test begins with nothing. What holds row by row, or among the rows of one report, is then asked
    of the others alone. What rows refer to may be gone all the same: that is asked of them unless the comparison by which
    reports are found to have moved has seen to it. A whole build asks everything.
-#}

{#- The relation with the reports in which a table was changed, of one that was left as it stood an empty one; none where
    the table was made whole. -#}
{% macro moved_of(name) -%}
    {%- if not execute or target.type != 'duckdb' or not bbaj.meta_of(name) -%}{{ return(none) }}{%- endif -%}
    {%- set found = run_query(
        "select count(*) from duckdb_tables() where schema_name = 'scratch' and table_name = 'moved__" ~ name ~ "'"
    ) -%}
    {{ return('scratch.moved__' ~ name if found.rows[0][0] else none) }}
{%- endmacro %}

{#- Whether a table was left as it stood, or came out the same when it was made anew (builds/engines/unmoved.py). -#}
{% macro is_as_it_was(name) -%}
    {%- if not execute or target.type != 'duckdb' -%}{{ return(false) }}{%- endif -%}
    {%- set moved = 'moved__' ~ name -%}
    {%- set found = run_query(
        "select count(*) from duckdb_tables() where schema_name = 'scratch' and table_name = '" ~ moved ~ "'"
    ) -%}
    {%- if not found.rows[0][0] -%}{{ return(false) }}{%- endif -%}
    {%- set rows = run_query("select count(*) from scratch." ~ moved) -%}
    {{ return(rows.rows[0][0] == 0) }}
{%- endmacro %}

{#- What a model says it is made of; nothing where it says nothing, or is none. -#}
{% macro meta_of(name) -%}
    {%- set meta = ((graph.nodes.get('model.bbaj.' ~ name) or {}).get('config') or {}).get('meta') or {} -%}
    {{ return(meta if 'carried' in meta or 'stays' in meta else {}) }}
{%- endmacro %}

{#- The rows of a table of which a test has to ask what holds row by row; with `among`, what holds among all rows that have
    the same values in these columns. -#}
{% macro rows_to_ask(model, among=none) -%}
    {%- set moved = bbaj.moved_of(model.identifier) -%}
    {%- if moved is none -%}{{ return(model) }}{%- endif -%}
    {%- if 'stays' in bbaj.meta_of(model.identifier) -%}{{ return('(select * from ' ~ model ~ ' where false)') }}{%- endif -%}
    {%- set unit = bbaj.unit_of(bbaj.meta_of(model.identifier).carried) -%}
    {%- if among is not none and unit not in among -%}{{ return(model) }}{%- endif -%}
    {{ return('(select * from ' ~ model ~ ' where ' ~ unit ~ ' in (select ' ~ unit ~ ' from ' ~ moved ~ '))') }}
{%- endmacro %}

{#- The rows of which a test has to ask whether what they refer to is there. -#}
{% macro references_to_ask(model, reference) -%}
    {%- set name = model.identifier -%}
    {%- set to = (reference.to | string).split('.')[-1] | replace('"', '') -%}
    {%- if bbaj.moved_of(name) is none -%}{{ return(model) }}{%- endif -%}
    {%- set meta = bbaj.meta_of(name) -%}
    {%- set compared = (meta.get('stays') or {}).get('reads', []) | list -%}
    {%- for each in (meta.get('carried') or {}).get('looks_up', []) if each.key == reference.field -%}
        {%- do compared.append(each['in']) -%}
    {%- endfor -%}
    {%- if to in compared or bbaj.is_as_it_was(to) -%}
        {{ return(bbaj.rows_to_ask(model)) }}
    {%- endif -%}
    {%- set carried = meta.get('carried') or {} -%}
    {%- if reference.column == 'submission_key' and carried.forms -%}
        {#- Rows of reports that did not move are of reports that count now: few beside the rows. -#}
        {%- set counting = bbaj.relations_of(['int_submission_winning']).int_submission_winning -%}
        {{ return(
            "(select submission_key from " ~ bbaj.rows_to_ask(model) ~ " union select submission_key from " ~ counting
            ~ " where form in ('" ~ carried.forms | join("', '") ~ "'))"
        ) }}
    {%- endif -%}
    {{ return('(select distinct ' ~ reference.column ~ ' from ' ~ model ~ ')') }}
{%- endmacro %}
