{%- set by = ['period_key', 'subject_key', 'grade'] %}
{%- set figures = {'marks_passing': 1, 'marks_good': 1, 'marks_excellent': 1} %}

with hidden as (
    {{ bbaj.small_groups(ref('int_achievement_by_subject_celled'), by, 'marks_given') }}
),

placed as (
    {{ bbaj.placed_cells(ref('int_achievement_by_subject_celled'), 'hidden', by) }}
),

shown as (
    {{ bbaj.shown_cells('placed', by, 'marks_given', none, figures, exact=['organisations_counted']) }}
),

levelled as (
    {{ bbaj.levelled(
        'shown', by, ['district', 'oblast', 'republic'], 'marks_given', none,
        sums=['marks_passing', 'marks_good', 'marks_excellent', 'organisations_counted', 'is_withheld'],
    ) }}
)

-- As was alone: as is they are made of what districts show (rpt_achievement_by_subject).
-- A grade of one school is not told apart from the school: its marks in a subject are told, all grades together.
select
    basis,
    period_key,
    subject_key,
    grade,
    level,
    place_key,
    marks_given,
    marks_passing,
    marks_good,
    marks_excellent,
    organisations_counted,
    is_withheld
from levelled
where level <> 'organisation' and structure <> 'as_is'
