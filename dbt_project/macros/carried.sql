{#-
    Large facts that a build need not make anew. A model that says `carried` in its `meta` is made report by report: no
    row of it follows from another report than its own, and from nothing else than that report's entry among those that
    count, its landed rows, the dictionaries (of which another one makes another model), and what it looks up:

        of        the relation whose rows are those of reports; of it only the rows of reports that moved are read
        forms     the forms of these reports: a report of another one moves nothing of it
        looks_up  `column` of the fact, relation `in` which its `key` is found, and what that relation `says` besides, by
                  which it is found; `misses`: -1 in that column says that nothing was found, which may be found now
        notes     a column of it: what stood there in the rows of reports that moved, before and now, is noted for whatever
                  follows from all rows with one value of that column
        by        that column, in a model made of such rows: of a learner's weeks at all schools, say. What is made anew are
                  the values that `of` noted, and those of rows for which anything looked up differs

    The draft then begins with the fact as it stood in the last one, and schema `before` holds what was looked up then
    (warehouse/storage/builds/kept_draft.py). Reports for which any of it differs have moved: their rows are taken out, and
    made anew of what is there now. It is the comparison that decides, not what is told of the events in between.

    A model in which reports meet cannot be made report by report. It says `stays` in its `meta`, and all that it is made of:

        forms     whose reports it reads, by their landed rows
        reads     the relations it reads besides, dictionaries aside
        follows   those that stay themselves: they need not be compared once more

    Where all of that is what it was in the last build, the table is left as it stood there; else it is made whole.
-#}

{#- Whether a table is to be left as it stood in the last build. -#}
{% macro stays_as_it_was(target, stays) -%}
    {%- set names = ['int_submission_winning'] + stays.reads -%}
    {%- set kept = run_query(
        "select count(*) from duckdb_tables() where (schema_name = 'before' and table_name in ('" ~ names | join("', '")
        ~ "')) or (schema_name = '" ~ target.schema ~ "' and table_name = '" ~ target.identifier ~ "')"
    ) -%}
    {%- if kept.rows[0][0] != names | length + 1 -%}{{ return(false) }}{%- endif -%}
    {%- set relations = bbaj.relations_of(names) -%}
    {%- set moved = run_query("select count(*) from (" ~ bbaj.moved_beneath(stays, relations) ~ ")") -%}
    {%- if moved.rows[0][0] -%}{{ return(false) }}{%- endif -%}
    {#- That nothing of it moved is said as of a table that was changed. -#}
    {%- do run_query(
        "create or replace table " ~ relations.int_submission_winning.incorporate(
            path={'identifier': 'moved__' ~ target.identifier}
        ) ~ " (submission_key bigint)"
    ) -%}
    {{ return(true) }}
{%- endmacro %}

{#- A row for everything that a table is made of and that differs from what it was. -#}
{% macro moved_beneath(stays, relations) -%}
    select form as what
    from ({{ bbaj.differing(relations, 'int_submission_winning', ['*']) }}) as entry
    where form in ('{{ stays.forms | join("', '") }}')
    {%- for name in stays.reads %}
    union all
    select '{{ name }}' as what from ({{ bbaj.differing(relations, name, ['*']) }}) as other
    {%- endfor %}
    {%- for name in stays.get('follows', []) %}
    union all
    select '{{ name }}' as what
    where not exists (
        select 1 from duckdb_tables() where schema_name = 'scratch' and table_name = 'moved__{{ name }}'
    )
    {%- endfor %}
{%- endmacro %}

{#- The relation with what moved, numbers of reports or values of the column `by`; none where the model is to be made
    whole. -#}
{% macro moved_since(fact, carried) -%}
    {%- set needed = ["'" ~ fact.schema ~ "." ~ fact.identifier ~ "'", "'before.int_submission_winning'"] -%}
    {%- if carried.by -%}{%- do needed.append("'scratch.noted__" ~ carried.of ~ "'") -%}{%- endif -%}
    {%- set kept = run_query(
        "select count(*) from duckdb_tables() where schema_name || '.' || table_name in (" ~ needed | join(', ') ~ ")"
    ) -%}
    {%- if kept.rows[0][0] != needed | length -%}{{ return(none) }}{%- endif -%}
    {%- set relations = bbaj.relations_of(bbaj.names_in(carried)) -%}
    {%- set counting = relations.int_submission_winning -%}
    {%- set moved = counting.incorporate(path={'identifier': 'moved__' ~ fact.identifier}) -%}
    {%- call statement('moved') -%}
        create or replace table {{ moved }} as {{ bbaj.moved_units(fact, carried, relations) }}
    {%- endcall -%}
    {#- Much is made anew faster than it is changed, and lies in order then. -#}
    {%- set among = relations[carried.of] if carried.by else counting -%}
    {%- set much = run_query(
        "select (select count(*) from " ~ moved ~ ") * 10 > (select count(*) from " ~ among ~ ")"
    ) -%}
    {%- if much.rows[0][0] -%}
        {#- The table says where the fact was changed: of one that is made whole there is none. -#}
        {%- do run_query("drop table " ~ moved) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(moved) }}
{%- endmacro %}

{#- The names of all relations that a carried model speaks of. -#}
{% macro names_in(carried) -%}
    {{ return(['int_submission_winning', carried.of] + carried.looks_up | map(attribute='in') | list) }}
{%- endmacro %}

{#- Relations by their names. -#}
{% macro relations_of(names) -%}
    {%- set found = {} -%}
    {%- for name in names -%}
        {%- set node = graph.nodes['model.bbaj.' ~ name] -%}
        {%- do found.update({
            name: api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table')
        }) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The column by whose values a carried model is made. -#}
{% macro unit_of(carried) -%}
    {{- carried.by or 'submission_key' -}}
{%- endmacro %}

{#- What is to be made anew, each once. -#}
{% macro moved_units(fact, carried, relations) -%}
    {%- if carried.by -%}
    select {{ carried.by }} from scratch.noted__{{ carried.of }}
    {%- for each in carried.looks_up %}
    union
    select part.{{ carried.by }}
    from {{ relations[carried.of] }} as part
    semi join ({{ bbaj.differing(relations, each['in'], [each.key] + each.get('says', [])) }}) as other
        on part.{{ each.column }} = other.{{ each.key }}
    {%- endfor %}
    {%- else -%}
    {{- bbaj.moved_reports(fact, carried, relations) -}}
    {%- endif -%}
{%- endmacro %}

{#- The numbers of the reports for which anything differs from what it was. -#}
{% macro moved_reports(fact, carried, relations) -%}
    select submission_key from ({{ bbaj.differing(relations, 'int_submission_winning', ['*']) }})
    where form in ('{{ carried.forms | join("', '") }}')
    {%- for each in carried.looks_up %}
    {%- set others = bbaj.differing(relations, each['in'], [each.key] + each.get('says', [])) %}
    union
    select fact.submission_key
    from {{ fact }} as fact
    semi join ({{ others }}) as other on fact.{{ each.column }} = other.{{ each.key }}
    {%- if each.misses %}
    union
    select submission_key from {{ fact }} where {{ each.column }} = -1 and exists (select 1 from ({{ others }}))
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The rows that a relation has and had not, and those it had and has no more; of one that is known to be what it was no
    row is compared: a country's learners are millions. -#}
{% macro differing(relations, name, columns) -%}
    {%- set selected = columns | join(', ') -%}
    {%- if execute and bbaj.is_as_it_was(name) %}
    select {{ selected }} from {{ relations[name] }} where false
    {%- else %}
    (select {{ selected }} from {{ relations[name] }} except select {{ selected }} from before.{{ name }})
    union all
    (select {{ selected }} from before.{{ name }} except select {{ selected }} from {{ relations[name] }})
    {%- endif %}
{%- endmacro %}

{#- The statements that make a carried model anew where something moved. `question`: its own statement. -#}
{% macro changed_in(fact, question, carried, relations, moved) -%}
    {%- set unit = bbaj.unit_of(carried) -%}
    {%- set changed = "from " ~ fact ~ " where " ~ unit ~ " in (select " ~ unit ~ " from " ~ moved ~ ")" -%}
    {%- set noted = "scratch.noted__" ~ (fact | string).split('.')[-1] | replace('"', '') -%}
    {%- if carried.notes %}
    create or replace table {{ noted }} as select distinct {{ carried.notes }} {{ changed }};
    {%- endif %}
    delete {{ changed }};
    insert into {{ fact }} by name select * from ({{ bbaj.of_moved(question, carried, relations, moved) }})
    {%- if carried.notes %};
    insert into {{ noted }} select distinct {{ carried.notes }} {{ changed }}
    {%- endif %}
{%- endmacro %}

{#- The same question, of the rows of what moved alone. -#}
{% macro of_moved(sql, carried, relations, moved) -%}
    {%- set whole = relations[carried.of] | string -%}
    {%- if whole not in sql -%}
        {%- do exceptions.raise_compiler_error("what is carried is to be made of " ~ whole) -%}
    {%- endif -%}
    {%- set unit = bbaj.unit_of(carried) -%}
    {%- set part = "(select * from " ~ whole ~ " where " ~ unit ~ " in (select " ~ unit ~ " from " ~ moved ~ "))" -%}
    {{- sql | replace(whole, part) -}}
{%- endmacro %}
