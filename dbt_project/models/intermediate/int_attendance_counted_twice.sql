-- Who goes to several schools in one week is one learner at every level above them.
with members as (
    select
        repeated.basis,
        repeated.period_key,
        repeated.person_key,
        placed.place_key as part_key,
        placed.shown_key as place_key,
        placed.shown_locality_key as locality_key,
        placed.district_key,
        placed.oblast_key,
        placed.republic_key
    from {{ ref('int_learner_week_repeated') }} as repeated
    inner join {{ ref('int_attendance_placed') }} as placed
        on
            repeated.basis = placed.basis
            and repeated.period_key = placed.period_key
            and repeated.place_key = placed.place_key
    where placed.shown_key is not null
)

{{ bbaj.counted_twice('members', ['period_key'], ['locality', 'district', 'oblast', 'republic']) }}
