with handed_in as (
    select
        submission_key,
        form_key,
        node_key,
        period_key,
        organisation_key,
        part,
        not is_nil_return as is_file,
        state in ('rejected', 'unreadable') as is_rejected,
        state = 'returned' as is_returned,
        state = 'approved' as is_approved,
        is_operational,
        is_official,
        is_held_back
    from {{ ref('dim_submission') }}
    where judged_at is not null and state <> 'withdrawn' and submission_key >= 0
),

reports as (
    select
        form_key,
        node_key,
        period_key,
        organisation_key,
        part,
        max(submission_key) as last_key,
        min(case when is_file then submission_key end) as first_file_key,
        max(case when is_file then submission_key end) as last_file_key,
        min(case when is_file and is_rejected then submission_key end) as first_rejected_key,
        max(case when is_rejected then submission_key end) as last_rejected_key,
        max(case when is_operational then submission_key end) as operational_key,
        max(case when is_official then submission_key end) as official_key,
        max(case when is_held_back then submission_key end) as held_back_key,
        max(case when is_held_back and is_approved then submission_key end) as official_held_back_key,
        sum(case when is_file then 1 else 0 end) as files,
        sum(case when is_file and is_rejected then 1 else 0 end) as files_rejected,
        sum(case when is_file and is_returned then 1 else 0 end) as files_returned
    from handed_in
    group by form_key, node_key, period_key, organisation_key, part
)

select * from reports
where first_file_key is not null
