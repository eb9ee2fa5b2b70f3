-- What the reports show of each key figure, taken as it is shown: parts and wholes, never anything counted anew.
{%- set copied = {
    'attendance': {
        'relation': ref('rpt_attendance'), 'start': 'week_start_date', 'persons': 'learners',
        'whole': 'lessons_scheduled', 'part': 'lessons_scheduled - shown.lessons_missed',
    },
    'quality': {
        'relation': 'terms', 'start': 'term_start_date', 'persons': 'learners', 'whole': 'learners',
        'part': 'learners_good',
    },
    'achievement': {
        'relation': 'terms', 'start': 'term_start_date', 'persons': 'learners', 'whole': 'learners',
        'part': 'learners_passing',
    },
    'contingent': {
        'relation': ref('rpt_contingent'), 'start': 'period_start_date', 'persons': 'learners', 'part': 'learners',
        'of': 'all',
    },
    'staff': {
        'relation': ref('rpt_staff'), 'start': 'period_start_date', 'persons': 'employees', 'part': 'employees',
        'of': 'staff',
    },
} %}
{%- set place = [
    'structure', 'level', 'oblast_code', 'district_code', 'organisation_code', 'organisation_name_kk',
    'organisation_name_ru',
] %}
{%- set all = {'kk': bbaj.special_label(-2, 'kk', 'place'), 'ru': bbaj.special_label(-2, 'ru', 'place')} %}

-- Reports on attendance that were due, of places as they were and as they are: in a place that is the same either way
-- for all of time the two are one.
with told as (
    {%- for structure in ['as_was', 'as_is'] %}
    select
        basis,
        '{{ structure }}' as structure,
        period,
        period_start_date,
        oblast_code,
        district_code,
        node_code,
        node_name_kk,
        node_name_ru,
        is_on_time,
        is_reported,
        is_due,
        case when structure = 'both' then 0 else 1 end as is_moved
    from {{ ref('rpt_reporting_discipline') }}
    where
        is_due = 1 and node_kind = 'organisation' and form = 'attendance'
        and structure in ('both', '{{ structure }}')
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

summed as (
    {%- for level, codes in {
        'organisation': ['oblast_code', 'district_code', 'node_code'], 'district': ['oblast_code', 'district_code'],
        'oblast': ['oblast_code'], 'republic': [],
    }.items() %}
    select
        basis,
        structure,
        '{{ level }}' as level,
        period,
        period_start_date,
        {%- for code in ['oblast_code', 'district_code'] %}
        {{ code if code in codes else "'all' as " ~ code }},
        {%- endfor %}
        {{ 'node_code' if 'node_code' in codes else "'all'" }} as organisation_code,
        {%- if level == 'organisation' %}
        max(node_name_kk) as organisation_name_kk,
        max(node_name_ru) as organisation_name_ru,
        {%- else %}
        {{ all.kk }} as organisation_name_kk,
        {{ all.ru }} as organisation_name_ru,
        {%- endif %}
        cast(sum(is_on_time) as bigint) as part,
        cast(sum(is_due) as bigint) as whole,
        cast(sum(is_reported) as bigint) as organisations_reported,
        {{ '0' if level == 'republic' else 'max(is_moved)' }} as is_moved
    from told
    group by {{ (['basis', 'structure', 'period', 'period_start_date'] + codes) | join(', ') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

moved as (
    select distinct
        level,
        oblast_code,
        district_code,
        organisation_code
    from summed
    where is_moved = 1
),

on_time as (
    select
        summed.*,
        moved.level is null as is_same
    from summed
    left join moved
        on
            summed.level = moved.level
            and summed.oblast_code = moved.oblast_code
            and summed.district_code = moved.district_code
            and summed.organisation_code = moved.organisation_code
),

-- Who was to hand in results of a term.
due_places as (
    select
        reporting.basis,
        reporting.structure,
        period.period,
        place.level,
        place.oblast_code,
        place.district_code,
        place.organisation_code,
        sum(reporting.organisations_due) as organisations_due
    from {{ ref('int_reporting_levelled') }} as reporting
    inner join {{ ref('dim_form') }} as form on reporting.form_key = form.form_key
    inner join {{ ref('dim_period') }} as period on reporting.period_key = period.period_key
    inner join {{ ref('int_place_levelled') }} as place on reporting.place_key = place.place_key
    where form.form = 'term_results'
    group by
        reporting.basis, reporting.structure, period.period, place.level, place.oblast_code, place.district_code,
        place.organisation_code
),

terms as (
    select
        shown.*,
        shown.organisations_counted as organisations_reported,
        cast(greatest(due_places.organisations_due, shown.organisations_counted) as bigint) as organisations_due
    from {{ ref('rpt_achievement') }} as shown
    left join due_places
        on
            shown.basis = due_places.basis
            and shown.structure = due_places.structure
            and shown.period = due_places.period
            and shown.level = due_places.level
            and shown.oblast_code = due_places.oblast_code
            and shown.district_code = due_places.district_code
            and shown.organisation_code = due_places.organisation_code
)

select
    'persistent_absence' as figure,
    basis,
    school_year as period,
    make_date(cast(substr(school_year, 1, 4) as int), 9, 1) as period_start_date,
    {%- for column in place %}
    {{ column }},
    {%- endfor %}
    learners_persistent as part,
    learners as whole,
    learners as persons,
    organisations_counted as organisations_reported,
    cast(null as bigint) as organisations_due,
    is_withheld
from {{ ref('rpt_persistent_absence') }}
union all
select
    'reports_on_time' as figure,
    basis,
    period,
    period_start_date,
    {%- for column in place %}
    {{ "case when is_same then 'both' else structure end as structure" if column == 'structure' else column }},
    {%- endfor %}
    part,
    whole,
    cast(null as bigint) as persons,
    organisations_reported,
    whole as organisations_due,
    cast(0 as int) as is_withheld
from on_time
where not is_same or structure = 'as_was'
{%- for figure, each in copied.items() %}
union all
select
    '{{ figure }}' as figure,
    shown.basis,
    shown.period,
    shown.{{ each.start }}{% if each.start != 'period_start_date' %} as period_start_date{% endif %},
    {%- for column in place %}
    shown.{{ column }},
    {%- endfor %}
    shown.{{ each.part }} as part,
    {{ 'shown.' ~ each.whole if 'whole' in each else 'cast(null as bigint)' }} as whole,
    shown.{{ each.persons }} as persons,
    shown.organisations_reported,
    shown.organisations_due,
    shown.is_withheld
from {{ each.relation }} as shown
{%- if 'of' in each %}
where shown.breakdown = '{{ each.of }}' and shown.level <> 'locality'
{%- endif %}
{%- endfor %}
