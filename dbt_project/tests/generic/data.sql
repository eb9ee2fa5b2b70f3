{#-
    Tests that data can break. They only warn: the build reads the submissions they name from schema `held_back`,
    leaves those submissions out, records it and builds again. Each returns `submission_key` and `failing_rows`.
-#}

{#-
    Within a submission no two rows agree in all of `columns`, which are the key of its form. Landing has found that out
    of most, and their files have not changed since; that no row is doubled on its way from there is another test
    (every_accepted_row_is_modelled).
-#}
{% test data_unique_in_submission(model, columns, submission_column='submission_key') %}
    {{ config(tags=['data'], severity='warn', store_failures=true, schema='held_back') }}
    select submission_key, cast(sum(n) as bigint) as failing_rows
    from (
        select {{ submission_column }} as submission_key, {{ columns | join(', ') }}, count(*) as n
        from {{ bbaj.rows_to_ask(model, among=[submission_column]) }}
        where
            {{ submission_column }} >= 0
            and {{ submission_column }} in (select unproven.submission_key from {{ ref('int_submission_unproven') }} as unproven)
        group by {{ submission_column }}, {{ columns | join(', ') }}
        having count(*) > 1
    ) as repeated
    group by submission_key
{% endtest %}

{#- `expression` holds in every row; a row for which it is unknown fails too. -#}
{% test data_holds(model, expression, submission_column='submission_key') %}
    {{ config(tags=['data'], severity='warn', store_failures=true, schema='held_back') }}
    select {{ submission_column }} as submission_key, count(*) as failing_rows
    from {{ bbaj.rows_to_ask(model) }}
    where not coalesce({{ expression }}, false) and {{ submission_column }} >= 0
    group by {{ submission_column }}
{% endtest %}
