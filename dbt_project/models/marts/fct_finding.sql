with known as (
    select
        finding.submission_id,
        coalesce(cause.finding_cause_key, unknown.finding_cause_key) as finding_cause_key,
        finding.findings,
        finding.answered
    from {{ ref('stg_ledger__finding') }} as finding
    inner join {{ ref('dim_finding_cause') }} as unknown
        on finding.severity = unknown.severity_code and unknown.cause_code = 'unknown'
    left join {{ ref('dim_finding_cause') }} as cause
        on finding.severity = cause.severity_code and finding.cause = cause.cause_code
)

select
    submission.submission_key,
    known.finding_cause_key,
    submission.form_key,
    submission.node_key,
    submission.period_key,
    submission.organisation_key,
    cast(sum(known.findings) as bigint) as findings,
    cast(sum(known.answered) as bigint) as answered
from known
inner join {{ ref('dim_submission') }} as submission on known.submission_id = submission.submission_key
group by
    submission.submission_key,
    known.finding_cause_key,
    submission.form_key,
    submission.node_key,
    submission.period_key,
    submission.organisation_key
