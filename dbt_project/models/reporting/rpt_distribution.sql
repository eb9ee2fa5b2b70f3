{%- set standings = ['far_below', 'below', 'middle', 'above', 'far_above'] %}
{%- set all = {'kk': bbaj.special_label(-2, 'kk', 'place'), 'ru': bbaj.special_label(-2, 'ru', 'place')} %}
{%- set group = ['figure', 'basis', 'structure', 'period', 'kind_code', 'locality_code'] %}

with stood as (
    select
        compared.*,
        standing.is_compared,
        case when standing.is_compared = 1 then cast(compared.hundredths as double) end as compared_hundredths
    from {{ ref('int_distribution_compared') }} as compared
    inner join {{ ref('distribution_standing') }} as standing on compared.standing = standing.standing
),

-- How the organisations of a place are spread: how many stand where among those like them, and what their own middle
-- half is, where there are enough to tell.
summed as (
    {%- for level, codes in {
        'district': ['oblast_code', 'district_code'], 'oblast': ['oblast_code'], 'republic': [],
    }.items() %}
    select
        '{{ level }}' as level,
        {{ group | join(', ') }},
        {%- for code in ['oblast_code', 'district_code'] %}
        {{ code if code in codes else "'all' as " ~ code }},
        {%- endfor %}
        'all' as organisation_code,
        {{ all.kk }} as organisation_name_kk,
        {{ all.ru }} as organisation_name_ru,
        {%- for measure in ['hundredths', 'bin_start', 'based_on', 'persons'] %}
        cast(null as bigint) as {{ measure }},
        {%- endfor %}
        cast(null as string) as standing,
        max(peers) as peers,
        {%- for measure in ['lower_fourths', 'median_fourths', 'upper_fourths', 'low_fence', 'high_fence'] %}
        max({{ measure }}) as {{ measure }},
        {%- endfor %}
        cast(count(*) as bigint) as organisations,
        {%- for standing in standings %}
        cast(count(*) filter (where standing = '{{ standing }}') as bigint) as organisations_{{ standing }},
        {%- endfor %}
        cast(sum(1 - is_compared) as bigint) as organisations_apart,
        cast(sum(is_compared) as bigint) as organisations_compared,
        cast(4 * percentile_cont(0.25) within group (order by compared_hundredths) as bigint) as place_lower_fourths,
        cast(4 * percentile_cont(0.5) within group (order by compared_hundredths) as bigint) as place_median_fourths,
        cast(4 * percentile_cont(0.75) within group (order by compared_hundredths) as bigint) as place_upper_fourths
    from stood
    group by {{ (group + codes) | join(', ') }}
    union all
    {%- endfor %}
    select
        'organisation' as level,
        {{ group | join(', ') }},
        oblast_code,
        district_code,
        organisation_code,
        organisation_name_kk,
        organisation_name_ru,
        hundredths,
        bin_start,
        based_on,
        persons,
        standing,
        peers,
        lower_fourths,
        median_fourths,
        upper_fourths,
        low_fence,
        high_fence,
        cast(1 as bigint) as organisations,
        {%- for standing in standings %}
        cast(case when standing = '{{ standing }}' then 1 else 0 end as bigint) as organisations_{{ standing }},
        {%- endfor %}
        cast(1 - is_compared as bigint) as organisations_apart,
        cast(is_compared as bigint) as organisations_compared,
        {%- for name in ['lower', 'median', 'upper'] %}
        cast(null as bigint) as place_{{ name }}_fourths{% if not loop.last %},{% endif %}
        {%- endfor %}
    from stood
),

-- The newest period of a key figure is that of its own report; of others the newest for which at least half of the
-- organisations have a value.
periods as (
    select
        figure,
        basis,
        period,
        row_number() over (
            partition by figure, basis
            order by
                case
                    when count(hundredths) = 0 then 2 when 2 * count(hundredths) < count(*) then 1 else 0
                end asc,
                min(period_start_date) desc
        ) as newest,
        min(period_start_date) as period_start_date
    from {{ ref('int_distribution_compared') }}
    where structure = 'as_was'
    group by figure, basis, period
),

labelled as (
    select
        periods.figure,
        periods.basis,
        periods.period,
        periods.period_start_date,
        {%- for language in ['kk', 'ru'] %}
        coalesce(
            key_period.period_label_{{ language }},
            period.period_label_{{ language }},
            replace(
                replace(pattern.label_{{ language }}, '{year}', substr(periods.period, 1, 4)),
                '{end_year}', substr(periods.period, 6, 4)
            )
        ) as period_label_{{ language }},
        {%- endfor %}
        coalesce(key_period.is_latest, case when periods.newest = 1 then 1 else 0 end) as is_latest
    from periods
    inner join {{ ref('distribution_figure') }} as figure on periods.figure = figure.figure
    left join {{ ref('int_key_figure_period_compared') }} as key_period
        on
            periods.figure = key_period.figure
            and periods.basis = key_period.basis
            and periods.period = key_period.period
    left join {{ ref('dim_period') }} as period
        on figure.period_kind = period.period_kind and periods.period = period.period
    left join {{ ref('period_label') }} as pattern
        on figure.period_kind = pattern.period_kind and pattern.period_kind = 'school_year'
),

-- A period that less than half have reported of is not held out to be chosen: later ones come with their reports.
settled as (
    select
        *,
        case
            when
                period_start_date
                <= max(case when is_latest = 1 then period_start_date end) over (partition by figure, basis)
                then 1
            else 0
        end as is_settled
    from labelled
),

kinds as (
    select
        code as kind_code,
        max(label_kk) as kind_kk,
        max(label_ru) as kind_ru
    from {{ ref('organisation_kind') }}
    group by code
),

localities as (
    select
        code as locality_code,
        max(label_kk) as locality_kk,
        max(label_ru) as locality_ru
    from {{ ref('locality') }}
    group by code
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
    cast(figure.direction as int) as direction,
    own.period,
    period.period_start_date,
    period.period_label_kk,
    period.period_label_ru,
    cast(period.is_latest as int) as is_latest,
    cast(period.is_settled as int) as is_settled,
    own.kind_code,
    coalesce(kind.kind_kk, {{ bbaj.special_label(-1, 'kk') }}) as kind_kk,
    coalesce(kind.kind_ru, {{ bbaj.special_label(-1, 'ru') }}) as kind_ru,
    own.locality_code,
    coalesce(locality.locality_kk, {{ bbaj.special_label(-1, 'kk') }}) as locality_kk,
    coalesce(locality.locality_ru, {{ bbaj.special_label(-1, 'ru') }}) as locality_ru,
    coalesce(kind.kind_kk, {{ bbaj.special_label(-1, 'kk') }})
    || ', ' || coalesce(locality.locality_kk, {{ bbaj.special_label(-1, 'kk') }}) as peers_kk,
    coalesce(kind.kind_ru, {{ bbaj.special_label(-1, 'ru') }})
    || ', ' || coalesce(locality.locality_ru, {{ bbaj.special_label(-1, 'ru') }}) as peers_ru,
    place.oblast_code,
    place.oblast_name_kk,
    place.oblast_name_ru,
    place.district_code,
    place.district_name_kk,
    place.district_name_ru,
    own.organisation_code,
    own.organisation_name_kk,
    own.organisation_name_ru,
    cast(own.hundredths * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as figure_value,
    own.persons,
    own.based_on,
    cast(own.bin_start * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as bin_start,
    own.standing,
    standing.label_kk as standing_kk,
    standing.label_ru as standing_ru,
    cast(coalesce(standing.is_outlier, 0) as int) as is_outlier,
    cast(case when standing.is_compared = 0 then 1 else 0 end as int) as is_apart,
    cast(own.peers as bigint) as peers,
    {%- for name, column in {
        'lower_quartile': 'lower_fourths', 'median': 'median_fourths', 'upper_quartile': 'upper_fourths',
        'place_lower_quartile': 'place_lower_fourths', 'place_median': 'place_median_fourths',
        'place_upper_quartile': 'place_upper_fourths',
    }.items() %}
    cast(
        {%- if column.startswith('place') %}
        case when own.organisations_compared >= figure.least_peers then own.{{ column }} end
        {%- else %}
        own.{{ column }}
        {%- endif %} * cast(0.0025 as decimal(5, 4)) as decimal(18, 4)
    ) as {{ name }},
    {%- endfor %}
    cast(own.low_fence * cast(0.00025 as decimal(6, 5)) as decimal(18, 5)) as low_fence,
    cast(own.high_fence * cast(0.00025 as decimal(6, 5)) as decimal(18, 5)) as high_fence,
    cast((4 * own.hundredths - own.median_fourths) * cast(0.0025 as decimal(5, 4)) as decimal(18, 4)) as distance,
    cast(
        abs(4 * own.hundredths - own.median_fourths) * cast(0.0025 as decimal(5, 4)) as decimal(18, 4)
    ) as how_far,
    own.organisations,
    {%- for standing in standings + ['apart', 'compared'] %}
    own.organisations_{{ standing }}{% if not loop.last %},{% endif %}
    {%- endfor %}
from summed as own
inner join {{ ref('distribution_figure') }} as figure on own.figure = figure.figure
inner join {{ ref('dim_basis') }} as basis on own.basis = basis.basis
inner join settled as period
    on own.figure = period.figure and own.basis = period.basis and own.period = period.period
inner join named as place on own.oblast_code = place.oblast_code and own.district_code = place.district_code
left join {{ ref('distribution_standing') }} as standing on own.standing = standing.standing
left join kinds as kind on own.kind_code = kind.kind_code
left join localities as locality on own.locality_code = locality.locality_code
