-- Where the figures of each place stand as is (docs/adr/0042): of an organisation where it lies now, or those that took
-- it over; of small groups, of a kind of locality and of a district in the district's new code. Whose successor no
-- register knows stays where it is.
with restructured as (
    select * from {{ ref('int_organisation_restructured') }}
),

organisations as (
    select
        placed.place_key as own_key,
        placed.place_code as own_code,
        placed.locality_key as own_locality_key,
        placed.district_key as own_district_key,
        placed.oblast_key as own_oblast_key,
        followed.divisor,
        followed.remainder,
        coalesce(descendant.place_key, own.place_key) as place_key,
        coalesce(descendant.place_code, own.place_code) as place_code,
        coalesce(descendant.locality_key, own.locality_key) as locality_key,
        coalesce(descendant.district_key, own.district_key) as district_key,
        coalesce(descendant.oblast_key, own.oblast_key) as oblast_key
    from {{ ref('int_organisation_placed') }} as placed
    inner join restructured as own on placed.place_code = own.place_code and own.is_latest
    inner join {{ ref('int_organisation_followed') }} as followed on placed.place_code = followed.organisation_code
    left join restructured as descendant
        on followed.descendant_code = descendant.place_code and descendant.is_latest
),

-- What stands for several organisations goes with its district.
territories as (
    select
        placed.few_key as own_few_key,
        placed.few_code as own_few_code,
        placed.few_locality_key as own_few_locality_key,
        placed.locality_key as own_locality_key,
        placed.district_key as own_district_key,
        placed.oblast_key as own_oblast_key,
        recoded.few_key,
        recoded.few_code,
        recoded.few_locality_key,
        recoded.locality_key,
        recoded.district_key,
        recoded.oblast_key
    from {{ ref('int_organisation_placed') }} as placed
    inner join restructured as recoded on placed.organisation_key = recoded.organisation_key
)

select
    'organisation' as level,
    own_key,
    own_code,
    own_locality_key,
    own_district_key,
    own_oblast_key,
    divisor,
    remainder,
    place_key,
    place_code,
    locality_key,
    district_key,
    oblast_key
from organisations
{%- for level, key, code, locality in [
    ('organisation', 'few_key', 'few_code', 'few_locality_key'),
    ('locality', 'few_locality_key', 'few_code', 'few_locality_key'),
    ('locality', 'locality_key', 'few_code', 'locality_key'),
    ('district', 'district_key', 'few_code', 'few_locality_key'),
] %}
union distinct
select
    '{{ level }}' as level,
    own_{{ key }} as own_key,
    own_{{ code }} as own_code,
    own_{{ locality }} as own_locality_key,
    own_district_key,
    own_oblast_key,
    cast(1 as bigint) as divisor,
    cast(0 as bigint) as remainder,
    {{ key }} as place_key,
    {{ code }} as place_code,
    {{ locality }} as locality_key,
    district_key,
    oblast_key
from territories
{%- endfor %}
union distinct
select
    'oblast' as level,
    own_oblast_key as own_key,
    'oblast' as own_code,
    cast(null as bigint) as own_locality_key,
    cast(null as bigint) as own_district_key,
    own_oblast_key,
    cast(1 as bigint) as divisor,
    cast(0 as bigint) as remainder,
    own_oblast_key as place_key,
    'oblast' as place_code,
    cast(null as bigint) as locality_key,
    cast(null as bigint) as district_key,
    own_oblast_key as oblast_key
from territories
