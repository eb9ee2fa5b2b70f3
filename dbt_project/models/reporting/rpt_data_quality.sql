with queries as (
    select
        finding.submission_key,
        sum(finding.findings) as asked,
        sum(finding.answered) as answered
    from {{ ref('fct_finding') }} as finding
    inner join {{ ref('dim_finding_cause') }} as cause on finding.finding_cause_key = cause.finding_cause_key
    where cause.severity_code = 'query'
    group by finding.submission_key
),

counted as (
    select
        basis.basis,
        basis.basis_kk,
        basis.basis_ru,
        report.*,
        case when basis.is_official then report.official_key else report.operational_key end as counting_key,
        case when basis.is_official then report.official_held_back_key else report.held_back_key end as left_out_key
    from {{ ref('int_report_handed_in') }} as report
    cross join {{ ref('dim_basis') }} as basis
)

select
    counted.basis,
    counted.basis_kk,
    counted.basis_ru,
    place.structure,
    counted.last_file_key as submission_key,
    form.form,
    form.form_name_kk,
    form.form_name_ru,
    period.period,
    period.period_kind,
    period.period_start_date,
    period.period_label_kk,
    period.period_label_ru,
    counted.part,
    place.oblast_code,
    place.oblast_name_kk,
    place.oblast_name_ru,
    place.district_code,
    place.district_name_kk,
    place.district_name_ru,
    place.node_code,
    place.node_kind,
    place.node_name_kk,
    place.node_name_ru,
    latest.received_at,
    {{ bbaj.local_time('latest.received_at') }} as received_at_local,
    cast(1 as int) as reports,
    cast(counted.files as int) as files,
    cast(counted.files_rejected as int) as files_rejected,
    cast(counted.files_returned as int) as files_returned,
    cast(case when counted.first_rejected_key = counted.first_file_key then 0 else 1 end as int) as is_accepted_first,
    cast(case when counted.last_rejected_key = counted.last_key then 1 else 0 end as int) as is_awaiting_correction,
    cast(
        case when counted.left_out_key > coalesce(counted.counting_key, 0) then 1 else 0 end as int
    ) as is_held_back,
    cast(case when counted.counting_key is null then 0 else 1 end as int) as is_counted,
    cast(coalesce(queries.asked, 0) as int) as queries,
    cast(coalesce(queries.answered, 0) as int) as queries_answered,
    cast(coalesce(queries.asked - queries.answered, 0) as int) as queries_open
from counted
inner join {{ ref('int_reporter_placed') }} as place
    on counted.node_key = place.node_key and counted.organisation_key = place.organisation_key
inner join {{ ref('dim_form') }} as form on counted.form_key = form.form_key
inner join {{ ref('dim_period') }} as period on counted.period_key = period.period_key
inner join {{ ref('dim_submission') }} as latest on counted.last_file_key = latest.submission_key
left join queries on counted.counting_key = queries.submission_key
