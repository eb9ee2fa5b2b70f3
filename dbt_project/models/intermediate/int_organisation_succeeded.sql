-- Who followed an organisation that ended: the one it merged into, or those split off on the day it was closed.
with ended as (
    select
        organisation_code,
        closed_date
    from {{ ref('dim_organisation_current') }}
    where not is_open
),

told as (
    select
        ended.organisation_code,
        merged.other_organisation_code as successor_code
    from ended
    inner join {{ ref('int_organisation_recorded') }} as merged
        on
            ended.organisation_code = merged.organisation_code
            and merged.event = 'merged'
            and ended.closed_date = merged.event_date
    union distinct
    select
        ended.organisation_code,
        split.organisation_code as successor_code
    from ended
    inner join {{ ref('int_organisation_recorded') }} as split
        on
            ended.organisation_code = split.other_organisation_code
            and split.event = 'split'
            and ended.closed_date = split.event_date
)

select
    organisation_code,
    successor_code,
    cast(count(*) over (partition by organisation_code) as bigint) as parts,
    cast(row_number() over (partition by organisation_code order by successor_code asc) as bigint) as place
from told
where successor_code is not null and successor_code <> organisation_code
