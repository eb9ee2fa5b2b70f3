-- Who was to report and who did, of every form that organisations hand in: the denominator beside every figure. What
-- was handed in without being asked counts as asked, and nobody is late with a period that has not begun.
with told as (
    select
        obligation.form_key,
        obligation.period_key,
        obligation.node_key,
        obligation.organisation_key,
        case when obligation.status in ('exempt', 'not_applicable') then 0 else 1 end as is_due,
        0 as is_operational,
        0 as is_official
    from {{ ref('fct_obligation') }} as obligation
    inner join {{ ref('dim_period') }} as period on obligation.period_key = period.period_key
    where
        obligation.organisation_key >= 0
        and period.period_start_date <= {{ bbaj.local_date('obligation.observed_at') }}
    union all
    select
        form_key,
        period_key,
        node_key,
        organisation_key,
        1 as is_due,
        case when is_operational then 1 else 0 end as is_operational,
        case when is_official then 1 else 0 end as is_official
    from {{ ref('dim_submission') }}
    where (is_operational or is_official) and organisation_key >= 0
),

reports as (
    select
        form_key,
        period_key,
        node_key,
        organisation_key,
        max(is_due) as is_due,
        max(is_operational) as is_operational,
        max(is_official) as is_official
    from told
    group by form_key, period_key, node_key, organisation_key
),

placed as (
    select
        basis.basis,
        reports.form_key,
        reports.period_key,
        place.place_key,
        place.district_key,
        place.oblast_key,
        place.republic_key,
        reports.is_due,
        case when basis.is_official then reports.is_official else reports.is_operational end as is_reported
    from reports
    inner join {{ ref('int_organisation_placed') }} as place on reports.organisation_key = place.organisation_key
    cross join {{ ref('dim_basis') }} as basis
    where reports.is_due = 1
),

units as (
    select
        basis,
        form_key,
        period_key,
        place_key,
        district_key,
        oblast_key,
        republic_key,
        cast(sum(is_due) as bigint) as organisations_due,
        cast(sum(is_reported) as bigint) as organisations_reported
    from placed
    group by basis, form_key, period_key, place_key, district_key, oblast_key, republic_key
),

levelled as (
    {{ bbaj.levelled(
        'units', ['form_key', 'period_key'], ['district', 'oblast', 'republic'], 'organisations_due', none,
        sums=['organisations_reported'], exact=['organisations_due', 'organisations_reported'],
    ) }}
)

select * from levelled
