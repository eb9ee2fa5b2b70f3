with placed as (
    select * from {{ ref('int_territory_placed') }}
),

named as (
    select * from {{ ref('int_territory_named') }}
),

-- Every territory lies in one oblast-level territory and, below it, in at most one reporting district.
within as (
    select
        ancestored.territory_code,
        max(case when ancestor.level = 'oblast' then ancestor.territory_code end) as oblast_code,
        max(case when ancestor.reporting_level = 'district' then ancestor.territory_code end) as reporting_district_code
    from {{ ref('int_territory_ancestored') }} as ancestored
    inner join placed as ancestor on ancestored.ancestor_territory_code = ancestor.territory_code
    group by ancestored.territory_code
),

located as (
    select
        territory_code,
        oblast_code,
        coalesce(reporting_district_code, oblast_code) as district_code
    from within
),

-- A dozen districts share their name with one of another oblast: on a dashboard such a name carries its oblast.
districts as (
    select
        located.territory_code,
        case
            when count(*) over (partition by own.name_kk) > 1
                then own.name_kk || ' (' || oblast.name_kk || ')'
            else own.name_kk
        end as name_kk,
        case
            when count(*) over (partition by own.name_ru) > 1
                then own.name_ru || ' (' || oblast.name_ru || ')'
            else own.name_ru
        end as name_ru
    from located
    inner join named as own on located.territory_code = own.territory_code
    inner join named as oblast on located.oblast_code = oblast.territory_code
    where located.territory_code = located.district_code
)

select
    {{ bbaj.hash_key(['placed.territory_code']) }} as territory_key,
    placed.territory_code,
    case
        when placed.parent_territory_code is not null
            then {{ bbaj.hash_key(['placed.parent_territory_code']) }}
    end as parent_territory_key,
    placed.parent_territory_code,
    placed.level,
    placed.reporting_level,
    placed.type_code,
    named.name_kk,
    named.name_ru,
    placed.name_kk as registered_name_kk,
    placed.name_ru as registered_name_ru,
    located.oblast_code,
    oblast.name_kk as oblast_name_kk,
    oblast.name_ru as oblast_name_ru,
    located.district_code,
    district.name_kk as district_name_kk,
    district.name_ru as district_name_ru,
    placed.kato_version,
    placed.valid_from_date,
    placed.valid_to_date,
    placed.valid_to_date is null as is_current,
    placed.submission_key
from placed
inner join named on placed.territory_code = named.territory_code
inner join located on placed.territory_code = located.territory_code
left join named as oblast on located.oblast_code = oblast.territory_code
left join districts as district on located.district_code = district.territory_code
union all
select
    cast(special.member_key as bigint) as territory_key,
    special.code as territory_code,
    cast(null as bigint) as parent_territory_key,
    cast(null as string) as parent_territory_code,
    special.code as level,
    cast(null as string) as reporting_level,
    cast(null as string) as type_code,
    special.label_kk as name_kk,
    special.label_ru as name_ru,
    cast(null as string) as registered_name_kk,
    cast(null as string) as registered_name_ru,
    special.code as oblast_code,
    special.label_kk as oblast_name_kk,
    special.label_ru as oblast_name_ru,
    special.code as district_code,
    special.label_kk as district_name_kk,
    special.label_ru as district_name_ru,
    cast(null as string) as kato_version,
    cast(null as date) as valid_from_date,
    cast(null as date) as valid_to_date,
    true as is_current,
    cast(-1 as bigint) as submission_key
from {{ ref('special_member') }} as special
where special.dimension in ('any', 'territory')
