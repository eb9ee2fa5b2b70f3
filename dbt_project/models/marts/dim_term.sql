select
    {{ bbaj.hash_key(['school_year', 'segment_no', 'start_date']) }} as term_key,
    school_year,
    segment_no as term_no,
    name_kk as term_name_kk,
    name_ru as term_name_ru,
    start_date,
    end_date,
    submission_key
from {{ ref('int_calendar_segmented') }}
where segment = 'term'
union all
select
    cast(-1 as bigint) as term_key,
    cast(null as string) as school_year,
    cast(null as int) as term_no,
    {{ bbaj.special_label(-1, 'kk') }} as term_name_kk,
    {{ bbaj.special_label(-1, 'ru') }} as term_name_ru,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(-1 as bigint) as submission_key
