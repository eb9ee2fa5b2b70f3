-- The figures of single organisations as their reports show them, of places as they were and as they are. A value is
-- numerator ÷ denominator in whole numbers, both chosen so that `percent` gives it in the unit of the figure.
{%- set place = ['oblast_code', 'district_code', 'organisation_code', 'organisation_name_kk', 'organisation_name_ru'] %}

with copied as (
    select
        figure,
        basis,
        structure,
        period,
        period_start_date,
        {{ place | join(', ') }},
        part as numerator,
        whole as denominator,
        persons,
        persons as based_on,
        is_withheld
    from {{ ref('int_key_figure_gathered') }}
    where
        level = 'organisation' and organisation_code <> 'few'
        and figure in ('attendance', 'persistent_absence', 'quality', 'achievement')
),

-- Hours a week of one rate.
loads as (
    select
        'load' as figure,
        basis,
        structure,
        period,
        period_start_date,
        {{ place | join(', ') }},
        weekly_hours as numerator,
        100 * rates as denominator,
        employees as persons,
        employees as based_on,
        is_withheld
    from {{ ref('rpt_staff') }}
    where level = 'organisation' and organisation_code <> 'few' and breakdown = 'staff'
),

-- Vacant rates of ten class sets, in hundredths: neither is about persons.
vacancies as (
    select
        'vacancies' as figure,
        basis,
        structure,
        school_year as period,
        make_date(cast(substr(school_year, 1, 4) as int), 9, 1) as period_start_date,
        {{ place | join(', ') }},
        case when vacancies_reported > 0 then cast(100 * vacant_rates as bigint) end as numerator,
        case when vacancies_reported > 0 then 1000 * class_sets end as denominator,
        cast(null as bigint) as persons,
        case when vacancies_reported > 0 then class_sets end as based_on,
        cast(0 as int) as is_withheld
    from {{ ref('rpt_school_network') }}
    where level = 'organisation' and kind_code = 'all'
),

-- A week of one organisation is one report: what can be told apart is the school year so far.
reports as (
    select
        basis,
        structure,
        {{ bbaj.school_year_start('period_start_date') }} as year_start,
        oblast_code,
        district_code,
        node_code as organisation_code,
        max(node_name_kk) as organisation_name_kk,
        max(node_name_ru) as organisation_name_ru,
        cast(sum(is_on_time) as bigint) as numerator,
        cast(sum(is_due) as bigint) as denominator
    from {{ ref('rpt_reporting_discipline') }}
    where node_kind = 'organisation' and is_due = 1
    group by
        basis, structure, {{ bbaj.school_year_start('period_start_date') }}, oblast_code, district_code, node_code
),

in_time as (
    select
        'reports_in_time' as figure,
        basis,
        structure,
        cast(year_start as string) || '-' || cast(year_start + 1 as string) as period,
        make_date(year_start, 9, 1) as period_start_date,
        {{ place | join(', ') }},
        numerator,
        denominator,
        cast(null as bigint) as persons,
        denominator as based_on,
        cast(0 as int) as is_withheld
    from reports
),

gathered as (
    {%- for relation in ['copied', 'loads', 'vacancies', 'in_time'] %}
    select * from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

-- Who is like whom depends on the structure: a place that is the same either way has a row of each. Reports of an
-- organisation that was itself in a part of the year alone are added up.
select
    gathered.figure,
    gathered.basis,
    structure.code as structure,
    gathered.period,
    gathered.period_start_date,
    gathered.oblast_code,
    gathered.district_code,
    gathered.organisation_code,
    max(gathered.organisation_name_kk) as organisation_name_kk,
    max(gathered.organisation_name_ru) as organisation_name_ru,
    cast(sum(gathered.numerator) as bigint) as numerator,
    cast(sum(gathered.denominator) as bigint) as denominator,
    cast(sum(gathered.persons) as bigint) as persons,
    cast(sum(gathered.based_on) as bigint) as based_on,
    cast(max(gathered.is_withheld) as int) as is_withheld
from gathered
inner join {{ ref('structure') }} as structure
    on gathered.structure = 'both' or gathered.structure = structure.code
group by
    gathered.figure, gathered.basis, structure.code, gathered.period, gathered.period_start_date,
    gathered.oblast_code, gathered.district_code, gathered.organisation_code
