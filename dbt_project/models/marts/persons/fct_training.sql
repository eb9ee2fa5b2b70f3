select
    training.submission_key,
    coalesce(staff.staff_key, cast(-1 as bigint)) as staff_key,
    coalesce(training.person_key, cast(-1 as bigint)) as person_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, node.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(node.node_key, cast(-1 as bigint)) as node_key,
    coalesce(kind.training_kind_key, cast(-1 as bigint)) as training_kind_key,
    coalesce(period.period_key, cast(-1 as bigint)) as period_key,
    training.course,
    training.kind as training_kind_code,
    training.provider,
    training.start_date,
    training.end_date,
    training.document_date is not null as has_document,
    cast(case when kind.is_course then 1 else 0 end as int) as courses_completed,
    cast(training.hours as int) as hours,
    cast(case when kind.is_course then training.hours else 0 end as int) as course_hours
from {{ ref('int_training_accepted') }} as training
left join {{ ref('dim_staff') }} as staff on training.person_key = staff.staff_key
left join {{ ref('dim_organisation') }} as organisation
    on
        training.organisation_code = organisation.organisation_code
        and training.period_end between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_node') }} as node on training.node_code = node.node_code
left join {{ ref('dim_training_kind') }} as kind on training.kind = kind.training_kind_code
left join {{ ref('dim_period') }} as period
    on training.period_kind = period.period_kind and training.period = period.period
