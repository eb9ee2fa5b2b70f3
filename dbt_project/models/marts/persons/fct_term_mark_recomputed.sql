-- Every mark of a term whose current marks are known whole, beside the mark that these make (macros/term_marks.sql, the
-- formula of the rule that asks about it). Each basis by the reports that count on it.
with result as (
    select
        basis.basis,
        submission.submission_key,
        submission.node_code,
        submission.period_start_date,
        submission.period_end_date,
        result.learner_key,
        result.person_key,
        result.organisation_key,
        result.territory_key,
        result.subject_key,
        result.subject_code,
        result.period_key,
        result.grade,
        result.letter,
        result.mark
    from {{ ref('fct_term_result') }} as result
    inner join {{ ref('dim_submission') }} as submission on result.submission_key = submission.submission_key
    inner join {{ ref('dim_basis') }} as basis
        on (basis.is_official and submission.is_official) or (not basis.is_official and submission.is_operational)
    where result.marks_given = 1 and result.person_key >= 0
),

spans as (
    select distinct
        period_start_date,
        period_end_date
    from result
),

-- Which term of the calendar a period is about: the one most of whose days it has.
overlapping as (
    select
        spans.*,
        term.start_date as first_day,
        term.end_date as last_day,
        row_number() over (
            partition by spans.period_start_date, spans.period_end_date
            order by
                {{ bbaj.seconds_between(
                    'greatest(term.start_date, spans.period_start_date)', 'least(term.end_date, spans.period_end_date)'
                ) }} desc, term.start_date asc
        ) as place
    from spans
    left join {{ ref('dim_term') }} as term
        on spans.period_end_date >= term.start_date and spans.period_start_date <= term.end_date
),

report as (
    select distinct
        result.basis,
        result.submission_key,
        result.node_code,
        coalesce(overlapping.first_day, result.period_start_date) as first_day,
        coalesce(overlapping.last_day, result.period_end_date) as last_day,
        substr(cast(result.period_start_date as string), 1, 7) as first_month,
        substr(cast(result.period_end_date as string), 1, 7) as last_month,
        12 * (
            extract(year from result.period_end_date) - extract(year from result.period_start_date)
        ) + extract(month from result.period_end_date) - extract(month from result.period_start_date) + 1 as months
    from result
    inner join overlapping
        on
            overlapping.place = 1
            and result.period_start_date = overlapping.period_start_date
            and result.period_end_date = overlapping.period_end_date
),

weight as (
    select
        code,
        coalesce(valid_from, date '0001-01-01') as first_day,
        coalesce(valid_to, date '9999-12-31') as last_day,
        formative_share as formative,
        section_share as section,
        term_share as term
    from {{ ref('assessment_weight') }}
),

mark as (
    select
        report.basis,
        report.submission_key,
        report.months,
        report.last_day,
        given.person_key,
        given.grade,
        lower(coalesce(given.letter, '')) as letter,
        given.subject_code as subject,
        given.assessment_kind_code as kind,
        given.points,
        given.points_max,
        case
            when substr(cast(given.lesson_date as string), 1, 7) between report.first_month and report.last_month
                then substr(cast(given.lesson_date as string), 1, 7)
        end as month
    from {{ ref('fct_mark') }} as given
    inner join {{ ref('dim_submission') }} as submission on given.submission_key = submission.submission_key
    inner join {{ ref('dim_basis') }} as basis
        on (basis.is_official and submission.is_official) or (not basis.is_official and submission.is_operational)
    inner join report
        on
            basis.basis = report.basis
            and submission.node_code = report.node_code
            and given.lesson_date between report.first_day and report.last_day
    where given.person_key >= 0
),

{{ bbaj.term_mark_steps() }},

compared as (
    select
        result.*,
        made.code as made_mark,
        {{ bbaj.term_mark_percent('recomputed') }} as made_percent,
        {{ bbaj.term_mark_differs('recomputed', 'own') }} as differs,
        recomputed.highest < own.percent_from as is_above
    from result
    inner join recomputed
        on
            result.basis = recomputed.basis
            and result.submission_key = recomputed.submission_key
            and result.person_key = recomputed.person_key
            and result.subject_code = recomputed.subject
    inner join {{ ref('mark') }} as own on cast(result.mark as string) = own.code
    left join {{ ref('mark') }} as made
        on {{ bbaj.term_mark_rounded_percent('recomputed') }} between made.percent_from and made.percent_to
)

select
    basis,
    submission_key,
    learner_key,
    person_key,
    organisation_key,
    territory_key,
    subject_key,
    subject_code,
    period_key,
    grade,
    letter,
    cast(mark as int) as reported_mark,
    cast(made_mark as int) as recomputed_mark,
    cast(cast(floor(10 * made_percent + 0.5) as bigint) * cast(0.1 as decimal(2, 1)) as decimal(9, 1))
        as recomputed_percent,
    cast(mark - cast(made_mark as int) as int) as mark_difference,
    cast(case when differs then 1 else 0 end as int) as is_different,
    cast(case when differs and is_above then 1 else 0 end as int) as is_higher,
    cast(case when differs and not is_above then 1 else 0 end as int) as is_lower
from compared
