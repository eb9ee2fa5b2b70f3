{#- A statement that fails where a table has other columns than are written of it, and says which. -#}
{% macro other_columns_are_an_error(target, written) %}
        select error('other columns than are written of {{ target.identifier }}: ' || string_agg(
            concat_ws(' ', made.column_name, made.column_type, 'for', held.column_name, held.column_type), ', '
        ))
        from (select *, row_number() over () as place from (describe {{ target }})) as made
        full join (
            select *, row_number() over () as place
            from (
                describe select
                {%- for column in written %}
                cast(null as {{ column.data_type }}) as "{{ column.name }}"{{ "," if not loop.last }}
                {%- endfor %}
            )
        ) as held using (place)
        where
            made.column_name is distinct from held.column_name
            or made.column_type is distinct from held.column_type
        having count(*) > 0
{%- endmacro %}
