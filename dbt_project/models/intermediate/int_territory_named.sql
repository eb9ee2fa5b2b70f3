{#-
    Letters of other Cyrillic alphabets that stand in the register for Kazakh ones: the code page of Kazakh
    (KZ-1048) once read as that of Russian (CP1251).
-#}
{%- set misread = 'ЌќЎўЈјЇїЄєЅѕЋћҐґ' -%}
{%- set meant = 'ҚқҰұӘәҮүҒғҢңҺһӨө' -%}
{%- set no_break_space = '\u00a0' -%}

with spoken as (
    select
        territory_code,
        'kk' as language,
        name_kk as name
    from {{ ref('int_territory_placed') }}
    union all
    select
        territory_code,
        'ru' as language,
        name_ru as name
    from {{ ref('int_territory_placed') }}
),

cleaned as (
    select
        territory_code,
        language,
        trim(
            replace(
                {{ bbaj.replace_matches(
                    "replace(translate(name, '" ~ misread ~ "', '" ~ meant ~ "'), '" ~ no_break_space ~ "', ' ')",
                    ' +', ' '
                ) }},
                ' .', '.'
            )
        ) as name
    from spoken
),

matched as (
    select
        cleaned.territory_code,
        cleaned.language,
        cleaned.name,
        words.display,
        case
            when words.position = 'prefix'
                then trim(substr(cleaned.name, cast(length(words.affix) as int) + 1))
            when words.position = 'suffix'
                then trim(
                    substr(
                        cleaned.name, 1, cast(length(cleaned.name) as int) - cast(length(words.affix) as int)
                    )
                )
        end as bare_name,
        row_number() over (
            partition by cleaned.territory_code, cleaned.language
            order by length(words.affix) desc nulls last, words.display asc nulls last
        ) as place
    from cleaned
    left join {{ ref('territory_word') }} as words
        on
            cleaned.language = words.language
            and (
                (
                    words.position = 'prefix'
                    and substr(cleaned.name, 1, cast(length(words.affix) as int)) = words.affix
                )
                or (
                    words.position = 'suffix'
                    and right(cleaned.name, cast(length(words.affix) as int)) = words.affix
                )
            )
),

displayed as (
    select
        territory_code,
        language,
        coalesce(replace(display, '{name}', bare_name), name) as name
    from matched
    where place = 1
)

select
    territory_code,
    max(name) filter (where language = 'kk') as name_kk,
    max(name) filter (where language = 'ru') as name_ru
from displayed
group by territory_code
