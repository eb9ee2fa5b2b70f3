-- Errors are those of rejected files, on either basis: of each report the files that a cause turned back, and how often
-- it was found in the last of them. Queries and notes are those of the file that counts on the basis.
with found as (
    select
        finding.submission_key,
        finding.form_key,
        finding.node_key,
        finding.period_key,
        finding.organisation_key,
        submission.part,
        submission.is_operational,
        submission.is_official,
        finding.finding_cause_key,
        cause.severity_code,
        finding.findings,
        finding.answered
    from {{ ref('fct_finding') }} as finding
    inner join {{ ref('dim_submission') }} as submission on finding.submission_key = submission.submission_key
    inner join {{ ref('dim_finding_cause') }} as cause on finding.finding_cause_key = cause.finding_cause_key
    where submission.judged_at is not null and submission.state <> 'withdrawn'
),

errors as (
    select
        form_key,
        node_key,
        period_key,
        organisation_key,
        part,
        finding_cause_key,
        max(submission_key) as submission_key,
        count(*) as files_rejected
    from found
    where severity_code = 'error'
    group by form_key, node_key, period_key, organisation_key, part, finding_cause_key
),

counted as (
    select
        basis.basis,
        errors.submission_key,
        errors.finding_cause_key,
        errors.files_rejected
    from errors
    cross join {{ ref('dim_basis') }} as basis
    union all
    select
        basis.basis,
        found.submission_key,
        found.finding_cause_key,
        cast(0 as bigint) as files_rejected
    from found
    cross join {{ ref('dim_basis') }} as basis
    where
        found.severity_code <> 'error'
        and case when basis.is_official then found.is_official else found.is_operational end
)

select
    basis.basis,
    basis.basis_kk,
    basis.basis_ru,
    place.structure,
    counted.submission_key,
    cause.cause_code,
    cause.cause_name_kk,
    cause.cause_name_ru,
    cause.severity_code,
    cause.severity_name_kk,
    cause.severity_name_ru,
    form.form,
    form.form_name_kk,
    form.form_name_ru,
    period.period,
    period.period_kind,
    period.period_start_date,
    period.period_label_kk,
    period.period_label_ru,
    found.part,
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
    cast(1 as int) as reports,
    cast(counted.files_rejected as int) as files_rejected,
    cast(case when report.last_rejected_key = report.last_key then 1 else 0 end as int) as is_awaiting_correction,
    cast(found.findings as int) as findings,
    cast(case when cause.severity_code = 'query' then found.answered else 0 end as int) as queries_answered,
    cast(
        case when cause.severity_code = 'query' then found.findings - found.answered else 0 end as int
    ) as queries_open
from counted
inner join {{ ref('dim_basis') }} as basis on counted.basis = basis.basis
inner join found
    on counted.submission_key = found.submission_key and counted.finding_cause_key = found.finding_cause_key
inner join {{ ref('int_report_handed_in') }} as report
    on
        found.form_key = report.form_key and found.node_key = report.node_key
        and found.period_key = report.period_key and found.organisation_key = report.organisation_key
        and found.part = report.part
inner join {{ ref('int_reporter_placed') }} as place
    on found.node_key = place.node_key and found.organisation_key = place.organisation_key
inner join {{ ref('dim_finding_cause') }} as cause on found.finding_cause_key = cause.finding_cause_key
inner join {{ ref('dim_form') }} as form on found.form_key = form.form_key
inner join {{ ref('dim_period') }} as period on found.period_key = period.period_key
