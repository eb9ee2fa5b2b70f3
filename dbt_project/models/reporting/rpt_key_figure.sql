{#- Figures of the period itself, of the one before and of the same time last year. -#}
{%- set times = {'now': '', 'before': 'before_', 'year_ago': 'year_ago_'} %}
{%- set key = [
    'figure', 'basis', 'period', 'structure', 'level', 'oblast_code', 'district_code', 'organisation_code',
] %}

-- Each period goes into its own row and into those of the periods that are held against it.
with held as (
    {%- for time, prefix in times.items() %}
    select
        figure,
        basis,
        period as for_period,
        {{ prefix ~ 'period as ' if prefix }}period,
        '{{ time }}' as held_as
    from {{ ref('int_key_figure_period_compared') }}
    {%- if prefix %}
    where {{ prefix }}period is not null
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- A place that stood in one of them alone has a row all the same, so that places add up in every period; of single
-- organisations nothing is added up, and one that is no more is left out.
compared as (
    select
        {%- for column in key %}
        {{ 'held.for_period as period' if column == 'period' else 'shown.' ~ column }},
        {%- endfor %}
        {%- for column in ['organisation_name_kk', 'organisation_name_ru'] %}
        coalesce(
            max(case when held.held_as = 'now' then shown.{{ column }} end), max(shown.{{ column }})
        ) as {{ column }},
        {%- endfor %}
        {%- for time, prefix in times.items() %}
        {%- for column in ['part', 'whole', 'persons'] %}
        max(case when held.held_as = '{{ time }}' then shown.{{ column }} end) as {{ prefix }}{{ column }},
        {%- endfor %}
        {%- endfor %}
        max(case when held.held_as = 'now' then shown.organisations_reported end) as organisations_reported,
        max(case when held.held_as = 'now' then shown.organisations_due end) as organisations_due,
        max(case when held.held_as = 'now' then shown.is_withheld end) as is_withheld
    from held
    inner join {{ ref('int_key_figure_gathered') }} as shown
        on held.figure = shown.figure and held.basis = shown.basis and held.period = shown.period
    group by
        shown.figure, shown.basis, held.for_period, shown.structure, shown.level, shown.oblast_code,
        shown.district_code, shown.organisation_code
    having shown.level <> 'organisation' or max(case when held.held_as = 'now' then 1 else 0 end) = 1
),

-- What is ranked: neither bundles of small groups, nor what has no figure, nor reports of too few organisations.
ranked as (
    select
        compared.*,
        cast(
            case
                when compared.organisation_code = 'few' or compared.part is null or compared.whole = 0 then 0
                when compared.persons is null and compared.whole < publication.least_organisations then 0
                else 1
            end as int
        ) as is_ranked
    from compared
    cross join {{ ref('int_least_shown') }} as publication
),

-- A place that is the same either way stands beside those of both structures.
told as (
    select
        'both' as told,
        code
    from {{ ref('structure') }}
    union all
    select
        'both' as told,
        'both' as code
    union all
    select
        code as told,
        code
    from {{ ref('structure') }}
),

-- The district of an organisation, where it is told for the same structure. A condition that names one side of a join
-- alone would have each row looked at beside each.
districts as (
    select
        compared.figure,
        compared.basis,
        compared.period,
        compared.oblast_code,
        compared.district_code,
        compared.part,
        compared.whole,
        told.code as structure
    from compared
    inner join told on compared.structure = told.told
    where compared.level = 'district'
),

republics as (
    select * from compared
    where level = 'republic'
),

named as (
    select *
    from {{ ref('int_place_levelled') }}
    where level in ('district', 'oblast', 'republic')
)

select
    own.basis,
    basis.basis_kk,
    basis.basis_ru,
    own.structure,
    own.level,
    own.figure,
    figure.label_kk as figure_kk,
    figure.label_ru as figure_ru,
    cast(figure.place as int) as figure_place,
    figure.unit,
    cast(case when figure.unit = 'share' then 1 else 0 end as int) as is_share,
    cast(figure.direction as int) as direction,
    own.period,
    period.period_start_date,
    period.period_label_kk,
    period.period_label_ru,
    before.period_label_kk as before_period_label_kk,
    before.period_label_ru as before_period_label_ru,
    year_ago.period_label_kk as year_ago_period_label_kk,
    year_ago.period_label_ru as year_ago_period_label_ru,
    cast(period.is_latest as int) as is_latest,
    place.oblast_code,
    place.oblast_name_kk,
    place.oblast_name_ru,
    place.district_code,
    place.district_name_kk,
    place.district_name_ru,
    own.organisation_code,
    own.organisation_name_kk,
    own.organisation_name_ru,
    case when own.level = 'organisation' then own.organisation_name_kk else place.place_name_kk end as place_name_kk,
    case when own.level = 'organisation' then own.organisation_name_ru else place.place_name_ru end as place_name_ru,
    own.part,
    own.whole,
    own.persons,
    -- Of how many people, or of how many reports.
    coalesce(own.persons, own.whole) as based_on,
    cast(coalesce(own.organisations_reported, 0) as bigint) as organisations_reported,
    own.organisations_due,
    own.before_part,
    own.before_whole,
    own.year_ago_part,
    own.year_ago_whole,
    case when figure.unit = 'share' then district.part end as district_part,
    district.whole as district_whole,
    case when figure.unit = 'share' then republic.part end as republic_part,
    republic.whole as republic_whole,
    own.is_ranked,
    {%- for time, prefix in times.items() if prefix %}
    -- Fractions are compared as products of whole numbers.
    cast(
        case
            when
                own.is_ranked = 1
                and figure.direction * (own.part * own.{{ prefix }}whole - own.{{ prefix }}part * own.whole) < 0
                then 1
            else 0
        end as int
    ) as is_worse_than_{{ time }},
    {%- endfor %}
    cast(coalesce(own.is_withheld, 0) as int) as is_withheld
from ranked as own
inner join {{ ref('key_figure') }} as figure on own.figure = figure.figure
inner join {{ ref('dim_basis') }} as basis on own.basis = basis.basis
inner join named as place on own.oblast_code = place.oblast_code and own.district_code = place.district_code
inner join {{ ref('int_key_figure_period_compared') }} as period
    on own.figure = period.figure and own.basis = period.basis and own.period = period.period
left join {{ ref('int_key_figure_period_compared') }} as before
    on period.figure = before.figure and period.basis = before.basis and period.before_period = before.period
left join {{ ref('int_key_figure_period_compared') }} as year_ago
    on
        period.figure = year_ago.figure
        and period.basis = year_ago.basis
        and period.year_ago_period = year_ago.period
left join districts as district
    on
        own.figure = district.figure
        and own.basis = district.basis
        and own.period = district.period
        and own.structure = district.structure
        and case when own.level = 'organisation' then own.oblast_code end = district.oblast_code
        and own.district_code = district.district_code
left join republics as republic
    on
        own.figure = republic.figure
        and own.basis = republic.basis
        and own.period = republic.period
