select
    obligation.obligation_id as obligation_key,
    coalesce(form.form_key, cast(-1 as bigint)) as form_key,
    coalesce(node.node_key, cast(-1 as bigint)) as node_key,
    coalesce(period.period_key, cast(-1 as bigint)) as period_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    -- Where the organisation lay in the period; a department lies where it lies.
    coalesce(
        nullif(organisation.territory_key, cast(-1 as bigint)), node.territory_key, cast(-1 as bigint)
    ) as territory_key,
    case
        when obligation.operational_submission_id is not null
            then coalesce(operational.submission_key, cast(-1 as bigint))
    end as operational_submission_key,
    case
        when obligation.official_submission_id is not null
            then coalesce(official.submission_key, cast(-1 as bigint))
    end as official_submission_key,
    obligation.part,
    obligation.due_at,
    obligation.status,
    obligation.ended_at,
    publication.data_as_of as observed_at
from {{ ref('stg_ledger__obligation') }} as obligation
cross join {{ ref('dim_publication') }} as publication
left join {{ ref('dim_form') }} as form on obligation.form = form.form
left join {{ ref('dim_node') }} as node on obligation.node_code = node.node_code
left join {{ ref('dim_period') }} as period
    on obligation.period_kind = period.period_kind and obligation.period = period.period
left join {{ ref('dim_organisation') }} as organisation
    on
        obligation.node_code = organisation.organisation_code
        and obligation.period_start between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_submission') }} as operational
    on obligation.operational_submission_id = operational.submission_key
left join {{ ref('dim_submission') }} as official
    on obligation.official_submission_id = official.submission_key
