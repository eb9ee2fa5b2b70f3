select
    {{ bbaj.hash_key(['version.organisation_code', 'version.valid_from_date']) }} as organisation_key,
    version.organisation_code,
    -- A reader chooses an organisation by district and name: where two of a district were ever called alike, the name
    -- says which of them it is.
    {%- for language, number in [('kk', 'БСН'), ('ru', 'БИН')] %}
    {%- set alike = 'over (partition by territory.district_code, lower(version.name_' ~ language ~ '))' %}
    case
        when min(version.organisation_code) {{ alike }} <> max(version.organisation_code) {{ alike }}
            then version.name_{{ language }} || ' ({{ number }} ' || version.organisation_code || ')'
        else version.name_{{ language }}
    end as name_{{ language }},
    {%- endfor %}
    version.kind as kind_code,
    coalesce(kind.label_kk, {{ bbaj.special_label(-1, 'kk') }}) as kind_kk,
    coalesce(kind.label_ru, {{ bbaj.special_label(-1, 'ru') }}) as kind_ru,
    kind.kind_group as kind_group_code,
    version.ownership as ownership_code,
    version.affiliation as affiliation_code,
    version.languages as languages_code,
    version.locality as locality_code,
    coalesce(locality.label_kk, {{ bbaj.special_label(-1, 'kk') }}) as locality_kk,
    coalesce(locality.label_ru, {{ bbaj.special_label(-1, 'ru') }}) as locality_ru,
    coalesce(territory.territory_key, cast(-1 as bigint)) as territory_key,
    version.kato as territory_code,
    version.design_capacity,
    version.shifts,
    version.is_small,
    version.is_boarding,
    version.opened_date,
    version.valid_from_date,
    version.valid_to_date,
    version.applies_from_date,
    version.applies_to_date,
    version.is_latest,
    version.is_current,
    version.submission_key
from {{ ref('int_organisation_versioned') }} as version
left join {{ ref('organisation_kind') }} as kind on version.kind = kind.code
left join {{ ref('locality') }} as locality on version.locality = locality.code
left join {{ ref('dim_territory') }} as territory
    on version.kato = territory.territory_code and territory.territory_key >= 0
union all
select
    cast(-1 as bigint) as organisation_key,
    'unknown' as organisation_code,
    {{ bbaj.special_label(-1, 'kk') }} as name_kk,
    {{ bbaj.special_label(-1, 'ru') }} as name_ru,
    cast(null as string) as kind_code,
    {{ bbaj.special_label(-1, 'kk') }} as kind_kk,
    {{ bbaj.special_label(-1, 'ru') }} as kind_ru,
    cast(null as string) as kind_group_code,
    cast(null as string) as ownership_code,
    cast(null as string) as affiliation_code,
    cast(null as string) as languages_code,
    cast(null as string) as locality_code,
    {{ bbaj.special_label(-1, 'kk') }} as locality_kk,
    {{ bbaj.special_label(-1, 'ru') }} as locality_ru,
    cast(-1 as bigint) as territory_key,
    cast(null as string) as territory_code,
    cast(null as int) as design_capacity,
    cast(null as int) as shifts,
    cast(null as boolean) as is_small,
    cast(null as boolean) as is_boarding,
    cast(null as date) as opened_date,
    cast(null as date) as valid_from_date,
    cast(null as date) as valid_to_date,
    cast(null as date) as applies_from_date,
    cast(null as date) as applies_to_date,
    true as is_latest,
    true as is_current,
    cast(-1 as bigint) as submission_key
