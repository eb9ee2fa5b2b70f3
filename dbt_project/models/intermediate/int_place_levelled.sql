-- What every place of every level is called: joined last, to figures that know places by keys. Above the level of a row
-- its codes are the member `all`, never empty; an oblast's row has no district of its own.
{%- set all = {'kk': bbaj.special_label(-2, 'kk', 'place'), 'ru': bbaj.special_label(-2, 'ru', 'place')} %}
{%- set few = {'kk': bbaj.special_label(-3, 'kk', 'place'), 'ru': bbaj.special_label(-3, 'ru', 'place')} %}
{%- set republic = {'kk': bbaj.special_label(-4, 'kk', 'place'), 'ru': bbaj.special_label(-4, 'ru', 'place')} %}

-- As they were, and as they are.
with placed as (
    {%- for places in ['int_organisation_placed', 'int_organisation_restructured'] %}
    select
        place_key,
        few_key,
        few_locality_key,
        locality_key,
        district_key,
        oblast_key,
        republic_key,
        organisation_code,
        organisation_name_kk,
        organisation_name_ru,
        locality_kk,
        locality_ru,
        oblast_code,
        oblast_name_kk,
        oblast_name_ru,
        district_code,
        district_name_kk,
        district_name_ru
    from {{ ref(places) }}
    {%- if not loop.last %}
    union distinct
    {%- endif %}
    {%- endfor %}
)

select
    place_key,
    'organisation' as level,
    oblast_code,
    oblast_name_kk,
    oblast_name_ru,
    district_code,
    district_name_kk,
    district_name_ru,
    organisation_code,
    organisation_name_kk,
    organisation_name_ru,
    locality_kk,
    locality_ru,
    organisation_name_kk as place_name_kk,
    organisation_name_ru as place_name_ru
from placed
{%- for level, key in {'organisation': 'few_key', 'locality': 'few_locality_key'}.items() %}
union distinct
select
    {{ key }} as place_key,
    '{{ level }}' as level,
    oblast_code,
    oblast_name_kk,
    oblast_name_ru,
    district_code,
    district_name_kk,
    district_name_ru,
    'few' as organisation_code,
    {{ few.kk }} as organisation_name_kk,
    {{ few.ru }} as organisation_name_ru,
    {{ few.kk }} as locality_kk,
    {{ few.ru }} as locality_ru,
    {{ few.kk }} as place_name_kk,
    {{ few.ru }} as place_name_ru
from placed
{%- endfor %}
union distinct
select
    locality_key as place_key,
    'locality' as level,
    oblast_code,
    oblast_name_kk,
    oblast_name_ru,
    district_code,
    district_name_kk,
    district_name_ru,
    'all' as organisation_code,
    {{ all.kk }} as organisation_name_kk,
    {{ all.ru }} as organisation_name_ru,
    locality_kk,
    locality_ru,
    locality_kk as place_name_kk,
    locality_ru as place_name_ru
from placed
union distinct
select
    district_key as place_key,
    'district' as level,
    oblast_code,
    oblast_name_kk,
    oblast_name_ru,
    district_code,
    district_name_kk,
    district_name_ru,
    'all' as organisation_code,
    {{ all.kk }} as organisation_name_kk,
    {{ all.ru }} as organisation_name_ru,
    {{ all.kk }} as locality_kk,
    {{ all.ru }} as locality_ru,
    district_name_kk as place_name_kk,
    district_name_ru as place_name_ru
from placed
union distinct
select
    oblast_key as place_key,
    'oblast' as level,
    oblast_code,
    oblast_name_kk,
    oblast_name_ru,
    'all' as district_code,
    {{ all.kk }} as district_name_kk,
    {{ all.ru }} as district_name_ru,
    'all' as organisation_code,
    {{ all.kk }} as organisation_name_kk,
    {{ all.ru }} as organisation_name_ru,
    {{ all.kk }} as locality_kk,
    {{ all.ru }} as locality_ru,
    oblast_name_kk as place_name_kk,
    oblast_name_ru as place_name_ru
from placed
union distinct
select
    republic_key as place_key,
    'republic' as level,
    'all' as oblast_code,
    {{ all.kk }} as oblast_name_kk,
    {{ all.ru }} as oblast_name_ru,
    'all' as district_code,
    {{ all.kk }} as district_name_kk,
    {{ all.ru }} as district_name_ru,
    'all' as organisation_code,
    {{ all.kk }} as organisation_name_kk,
    {{ all.ru }} as organisation_name_ru,
    {{ all.kk }} as locality_kk,
    {{ all.ru }} as locality_ru,
    {{ republic.kk }} as place_name_kk,
    {{ republic.ru }} as place_name_ru
from placed
