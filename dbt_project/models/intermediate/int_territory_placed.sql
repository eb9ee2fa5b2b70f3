with latest as (
    select * from {{ ref('int_territory_registered') }}
    where is_latest
),

-- Candidates are looked up in the register the code was last seen in, so that a tree never mixes two registers.
candidates as (
    select
        registered_date,
        territory_code,
        level
    from {{ ref('int_territory_registered') }}
),

parented as (
    select
        latest.*,
        coalesce(sub_district.territory_code, district.territory_code, oblast.territory_code) as parent_territory_code,
        coalesce(sub_district.level, district.level, oblast.level) as parent_level
    from latest
    left join candidates as sub_district
        on
            latest.registered_date = sub_district.registered_date
            and substr(latest.territory_code, 1, 6) || '000' = sub_district.territory_code
            and latest.territory_code <> sub_district.territory_code
    left join candidates as district
        on
            latest.registered_date = district.registered_date
            and substr(latest.territory_code, 1, 4) || '00000' = district.territory_code
            and latest.territory_code <> district.territory_code
    left join candidates as oblast
        on
            latest.registered_date = oblast.registered_date
            and substr(latest.territory_code, 1, 2) || '0000000' = oblast.territory_code
            and latest.territory_code <> oblast.territory_code
)

select
    submission_key,
    territory_code,
    parent_territory_code,
    kato_version,
    level,
    case
        when level in ('oblast', 'district') then level
        -- A district of a city of republican significance reports like any district.
        when level = 'sub_district' and parent_level = 'oblast' then 'district'
    end as reporting_level,
    type_code,
    name_kk,
    name_ru,
    valid_from_date,
    valid_to_date
from parented
