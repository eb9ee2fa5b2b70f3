-- What the verdict accepted, the lake holds and the model reads are the same number of rows, submission by submission.
{{ config(tags=['invariant']) }}

{% set models = {
    'territory_register': 'stg_territory_register',
    'school_calendar': 'stg_school_calendar',
    'organisation_register': 'stg_organisation_register',
    'organisation_passport': 'stg_organisation_passport',
    'staff_roster': 'stg_staff_roster',
} -%}

with modelled as (
    {% for form, model in models.items() -%}
    select
        submission_id as submission_key,
        batch_id,
        count(*) as n
    from {{ ref(model) }}
    group by submission_id, batch_id
    union all
    {% endfor -%}
    {% for model in ['fct_enrolment', 'fct_attendance', 'fct_term_result', 'fct_regional_indicator'] -%}
    select
        fact.submission_key,
        winning.batch_id,
        count(*) as n
    from {{ ref(model) }} as fact
    inner join {{ ref('int_submission_winning') }} as winning on fact.submission_key = winning.submission_key
    group by fact.submission_key, winning.batch_id
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select
    winning.submission_key,
    winning.form,
    winning.rows_accepted,
    coalesce(modelled.n, 0) as rows_modelled
from {{ ref('int_submission_winning') }} as winning
left join modelled
    on winning.submission_key = modelled.submission_key and winning.batch_id = modelled.batch_id
where
    winning.form in (
        'territory_register', 'school_calendar', 'organisation_register', 'learner_roster', 'attendance',
        'term_results', 'regional_indicators', 'organisation_passport', 'staff_roster'
    )
    and winning.rows_accepted <> coalesce(modelled.n, 0)
