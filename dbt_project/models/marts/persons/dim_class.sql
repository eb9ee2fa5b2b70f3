with attended as (
    select distinct
        submission.node_code as organisation_code,
        {{ bbaj.school_year_start('submission.period_end_date') }} as year_start,
        attended.grade,
        attended.letter
    from {{ ref('int_class_attended') }} as attended
    inner join {{ ref('dim_submission') }} as submission on attended.submission_key = submission.submission_key
),

-- A class that stands in reports of attendance and on no list is one all the same.
told as (
    select
        organisation_code,
        {{ bbaj.school_year_start('enrolment_date') }} as year_start,
        grade,
        letter,
        language,
        shift,
        1 as is_listed,
        is_operational,
        is_enrolled,
        enrolment_date as told_date,
        submission_key,
        learners
    from {{ ref('int_class_listed') }}
    union all
    select
        organisation_code,
        year_start,
        grade,
        letter,
        cast(null as string) as language,
        cast(null as int) as shift,
        0 as is_listed,
        false as is_operational,
        true as is_enrolled,
        cast(null as date) as told_date,
        cast(null as bigint) as submission_key,
        cast(0 as bigint) as learners
    from attended
),

-- The latest list that counts tells of a class, and on it most of its learners.
ranked as (
    select
        *,
        row_number() over (
            partition by organisation_code, year_start, grade, letter
            order by
                is_listed desc,
                is_operational desc,
                is_enrolled desc,
                told_date desc nulls last,
                submission_key desc nulls last,
                learners desc,
                language asc nulls last,
                shift asc nulls last
        ) as place
    from told
)

select
    {{ bbaj.hash_key(['ranked.organisation_code', 'ranked.year_start', 'ranked.grade', 'ranked.letter']) }}
        as class_key,
    ranked.organisation_code,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    cast(ranked.year_start as string) || '-' || cast(ranked.year_start + 1 as string) as school_year,
    ranked.grade,
    ranked.letter,
    ranked.language as language_code,
    ranked.shift,
    ranked.is_listed = 1 as is_listed
from ranked
left join {{ ref('dim_organisation_current') }} as organisation
    on ranked.organisation_code = organisation.organisation_code
where ranked.place = 1
union all
select
    cast(-1 as bigint) as class_key,
    'unknown' as organisation_code,
    cast(-1 as bigint) as organisation_key,
    'unknown' as school_year,
    cast(null as int) as grade,
    cast(null as string) as letter,
    cast(null as string) as language_code,
    cast(null as int) as shift,
    false as is_listed
