-- Where the organisation lay in the period; a department lies where it lies.
with reporters as (
    select
        node_key,
        organisation_key
    from {{ ref('fct_obligation') }}
    union
    select
        node_key,
        organisation_key
    from {{ ref('dim_submission') }}
),

placed as (
    select
        reporters.node_key,
        reporters.organisation_key,
        territory.oblast_code,
        territory.oblast_name_kk,
        territory.oblast_name_ru,
        territory.district_code,
        territory.district_name_kk,
        territory.district_name_ru,
        node.node_code,
        node.node_kind,
        node.node_name_kk,
        node.node_name_ru
    from reporters
    inner join {{ ref('dim_node') }} as node on reporters.node_key = node.node_key
    left join {{ ref('dim_organisation') }} as organisation
        on reporters.organisation_key = organisation.organisation_key
    inner join {{ ref('dim_territory') }} as territory
        on
            territory.territory_key
            = coalesce(nullif(organisation.territory_key, cast(-1 as bigint)), node.territory_key, cast(-1 as bigint))
),

-- Organisations that have another place, name or successor now, and departments of districts that have another code.
organisations_now as (
    select
        followed.own_key as organisation_key,
        place.organisation_code as node_code,
        place.organisation_name_kk as node_name_kk,
        place.organisation_name_ru as node_name_ru,
        place.oblast_code,
        place.oblast_name_kk,
        place.oblast_name_ru,
        place.district_code,
        place.district_name_kk,
        place.district_name_ru
    from {{ ref('int_place_followed') }} as followed
    inner join {{ ref('int_organisation_restructured') }} as place on followed.place_key = place.place_key
    where
        followed.level = 'organisation' and followed.own_key <> followed.place_key and followed.divisor = 1
        and followed.own_key >= 0
),

districts_now as (
    select
        succeeded.territory_code,
        now.oblast_code,
        now.oblast_name_kk,
        now.oblast_name_ru,
        now.district_code,
        now.district_name_kk,
        now.district_name_ru
    from {{ ref('int_territory_succeeded') }} as succeeded
    inner join {{ ref('dim_territory') }} as now on succeeded.successor_code = now.territory_code
),

as_was as (
    select
        placed.*,
        case
            when organisation.organisation_key is null and district.territory_code is null then 'both'
            else 'as_was'
        end as structure
    from placed
    left join organisations_now as organisation on placed.organisation_key = organisation.organisation_key
    left join districts_now as district on placed.district_code = district.territory_code
)

select
    node_key,
    organisation_key,
    structure,
    oblast_code,
    oblast_name_kk,
    oblast_name_ru,
    district_code,
    district_name_kk,
    district_name_ru,
    node_code,
    node_kind,
    node_name_kk,
    node_name_ru
from as_was
union all
select
    was.node_key,
    was.organisation_key,
    'as_is' as structure,
    coalesce(organisation.oblast_code, district.oblast_code, was.oblast_code) as oblast_code,
    coalesce(organisation.oblast_name_kk, district.oblast_name_kk, was.oblast_name_kk) as oblast_name_kk,
    coalesce(organisation.oblast_name_ru, district.oblast_name_ru, was.oblast_name_ru) as oblast_name_ru,
    coalesce(organisation.district_code, district.district_code, was.district_code) as district_code,
    coalesce(organisation.district_name_kk, district.district_name_kk, was.district_name_kk) as district_name_kk,
    coalesce(organisation.district_name_ru, district.district_name_ru, was.district_name_ru) as district_name_ru,
    coalesce(organisation.node_code, was.node_code) as node_code,
    was.node_kind,
    coalesce(organisation.node_name_kk, was.node_name_kk) as node_name_kk,
    coalesce(organisation.node_name_ru, was.node_name_ru) as node_name_ru
from as_was as was
left join organisations_now as organisation on was.organisation_key = organisation.organisation_key
left join districts_now as district on was.district_code = district.territory_code
where was.structure = 'as_was'
