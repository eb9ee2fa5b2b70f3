{#-
    Tests of what our own code guarantees. A failure means a defect of the model and blocks the publication.
    The built-in ones are written here once more so that each of them carries the tag.
-#}

{% test unique(model, column_name) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}, count(*) as n
    from {{ model }}
    where {{ column_name }} is not null
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}

{% test not_null(model, column_name) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} is null
{% endtest %}

{#- The key of a table: in every row, and never twice. -#}
{% test primary_key(model, column_name) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}, count(*) as n
    from {{ model }}
    group by {{ column_name }}
    having count(*) > 1 or {{ column_name }} is null
{% endtest %}

{#- Every reference finds its row; an empty one fails too unless it is `optional`. -#}
{% test relationships(model, column_name, to, field, optional=false) %}
    {{ config(tags=['invariant']) }}
    select child.{{ column_name }}
    from {{ model }} as child
    left join {{ to }} as parent on child.{{ column_name }} = parent.{{ field }}
    where parent.{{ field }} is null {% if optional %}and child.{{ column_name }} is not null{% endif %}
{% endtest %}

{% test accepted_values(model, column_name, values) %}
    {{ config(tags=['invariant']) }}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} not in ({% for value in values %}'{{ value }}'{% if not loop.last %}, {% endif %}{% endfor %})
{% endtest %}

{#- The grain: no two rows agree in all of `columns`. -#}
{% test unique_grain(model, columns) %}
    {{ config(tags=['invariant']) }}
    select {{ columns | join(', ') }}, count(*) as n
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{#- `expression` holds in every row. -#}
{% test holds(model, expression) %}
    {{ config(tags=['invariant']) }}
    select *
    from {{ model }}
    where not coalesce({{ expression }}, false)
{% endtest %}
