{#-
    Tests of what our own code guarantees. A failure means a defect of the model and blocks the publication.
    The built-in ones are written here once more so that each of them carries the tag, and asks no row in vain
    (macros/asked.sql).
-#}

{% test unique(model, column_name) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}, count(*) as n
    from {{ bbaj.rows_to_ask(model, among=[column_name]) }}
    where {{ column_name }} is not null
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}

{% test not_null(model, column_name) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}
    from {{ bbaj.rows_to_ask(model) }}
    where {{ column_name }} is null
{% endtest %}

{#- The key of a table: in every row, and never twice. -#}
{% test primary_key(model, column_name) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}, count(*) as n
    from {{ bbaj.rows_to_ask(model, among=[column_name]) }}
    group by {{ column_name }}
    having count(*) > 1 or {{ column_name }} is null
{% endtest %}

{#- The same of a table that is known by several columns, each of them a key: one test, whose rows say of which. -#}
{% test primary_keys(model, columns) %}
    {{ config(tags=['invariant']) }}
    {%- for column in columns %}
    select '{{ column }}' as key, cast({{ column }} as string) as held, count(*) as n
    from {{ model }}
    group by {{ column }}
    having count(*) > 1 or {{ column }} is null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{% endtest %}

{#-
    Every reference finds its row; an empty one fails too unless it is `optional`. A model has one such test for all of
    its `references`: the cost of a test lies in its being one, not in its rows. Rows say which column they are about.
-#}
{% test relationships(model, references) %}
    {{ config(tags=['invariant']) }}
    {%- for reference in references %}
    select '{{ reference.column }}' as reference, cast(child.{{ reference.column }} as string) as held
    from {{ bbaj.references_to_ask(model, reference) }} as child
    left join {{ reference.to }} as parent on child.{{ reference.column }} = parent.{{ reference.field }}
    where
        parent.{{ reference.field }} is null
        {% if reference.optional %}and child.{{ reference.column }} is not null{% endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{% endtest %}

{% test accepted_values(model, column_name, values) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}
    from {{ bbaj.rows_to_ask(model) }}
    where {{ column_name }} not in ({% for value in values %}'{{ value }}'{% if not loop.last %}, {% endif %}{% endfor %})
{% endtest %}

{#- The grain: no two rows agree in all of `columns`. -#}
{% test unique_grain(model, columns) %}
    {{ config(tags=['invariant']) }}
    select {{ columns | join(', ') }}, count(*) as n
    from {{ bbaj.rows_to_ask(model, among=columns) }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{#- `expression` holds in every row. -#}
{% test holds(model, expression) %}
    {{ config(tags=['invariant']) }}
    select *
    from {{ bbaj.rows_to_ask(model) }}
    where not coalesce({{ expression }}, false)
{% endtest %}

{#-
    What a model made of persons must have before readers may open it: in no row between one and too few of them, counted
    in column `persons`; no figure at all where nobody is counted; and every figure a whole multiple of as many persons
    (`rounded`), so that no subtraction gives one of them. Where the threshold is 1 everything is exact. Every column of numbers or of yes and no is taken for a figure
    about persons unless it stands in `aside`. `units`: figures of which so many make one person. The threshold is the
    installation's (int_least_shown).
-#}
{% test few_are_not_shown(model, persons, aside=[], units={}) %}
    {{ config(tags=['invariant']) }}
    {%- set figures = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(model) -%}
            {%- set type = column.data_type | lower -%}
            {%- if column.name not in aside + [persons] and (
                'int' in type or 'dec' in type or 'numeric' in type or 'double' in type or 'float' in type
                or type in ('real', 'boolean', 'long')
            ) -%}
                {%- do figures.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif %}
    select shown.*
    from {{ model }} as shown
    cross join {{ ref('int_least_shown') }} as publication
    where
        shown.{{ persons }} < 0
        or (shown.{{ persons }} > 0 and shown.{{ persons }} < publication.least_persons)
        or mod(shown.{{ persons }}, publication.least_persons) <> 0
        {%- for figure in figures %}
        or (coalesce(shown.{{ persons }}, 0) = 0 and coalesce(cast(shown.{{ figure }} as double), 0) <> 0)
        or (
            publication.least_persons > 1
            and cast(shown.{{ figure }} as double) / (publication.least_persons * {{ units.get(figure, 1) }})
            <> floor(cast(shown.{{ figure }} as double) / (publication.least_persons * {{ units.get(figure, 1) }}))
        )
        {%- endfor %}
{% endtest %}
