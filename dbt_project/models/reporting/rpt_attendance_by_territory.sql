with counted_submissions as (
    select
        basis.basis,
        basis.basis_kk,
        basis.basis_ru,
        submission.submission_key,
        submission.period_key,
        submission.organisation_key,
        submission.node_code
    from {{ ref('dim_submission') }} as submission
    inner join {{ ref('dim_basis') }} as basis
        on
            (basis.is_official and submission.is_official)
            or (not basis.is_official and submission.is_operational)
    where submission.form = 'attendance'
),

organisations as (
    select
        organisation.organisation_key,
        territory.oblast_code,
        territory.oblast_name_kk,
        territory.oblast_name_ru,
        territory.district_code,
        territory.district_name_kk,
        territory.district_name_ru,
        organisation.locality_kk,
        organisation.locality_ru
    from {{ ref('dim_organisation') }} as organisation
    inner join {{ ref('dim_territory') }} as territory on organisation.territory_key = territory.territory_key
),

-- Who reported: nil returns too, which have no rows.
reported as (
    select
        basis,
        period_key,
        organisation_key,
        node_code,
        cast(null as bigint) as person_key,
        cast(0 as bigint) as learner_days,
        cast(0 as bigint) as lessons_scheduled,
        cast(0 as bigint) as lessons_missed,
        cast(0 as bigint) as lessons_missed_valid,
        cast(0 as bigint) as lessons_missed_ill,
        cast(0 as bigint) as late_arrivals,
        cast(0 as bigint) as learner_days_absent
    from counted_submissions
),

-- A learner's week first: it is a sixth of the rows, and the basis doubles only that.
learner_weeks as (
    select
        submission_key,
        organisation_key,
        person_key,
        cast(count(*) as bigint) as learner_days,
        cast(sum(lessons_scheduled) as bigint) as lessons_scheduled,
        cast(sum(lessons_missed) as bigint) as lessons_missed,
        cast(sum(lessons_missed_valid) as bigint) as lessons_missed_valid,
        cast(sum(lessons_missed_ill) as bigint) as lessons_missed_ill,
        cast(sum(late_arrivals) as bigint) as late_arrivals,
        cast(sum(learner_days_absent) as bigint) as learner_days_absent
    from {{ ref('fct_attendance') }}
    group by submission_key, organisation_key, person_key
),

attended as (
    select
        counted_submissions.basis,
        counted_submissions.period_key,
        learner_weeks.organisation_key,
        cast(null as string) as node_code,
        learner_weeks.person_key,
        learner_weeks.learner_days,
        learner_weeks.lessons_scheduled,
        learner_weeks.lessons_missed,
        learner_weeks.lessons_missed_valid,
        learner_weeks.lessons_missed_ill,
        learner_weeks.late_arrivals,
        learner_weeks.learner_days_absent
    from learner_weeks
    inner join counted_submissions on learner_weeks.submission_key = counted_submissions.submission_key
),

gathered as (
    select * from reported
    union all
    select * from attended
),

summed as (
    select
        gathered.basis,
        gathered.period_key,
        organisations.oblast_code,
        organisations.oblast_name_kk,
        organisations.oblast_name_ru,
        organisations.district_code,
        organisations.district_name_kk,
        organisations.district_name_ru,
        organisations.locality_kk,
        organisations.locality_ru,
        cast(count(distinct gathered.node_code) as bigint) as organisations_reported,
        cast(count(distinct gathered.person_key) as bigint) as learners,
        cast(sum(gathered.learner_days) as bigint) as learner_days,
        cast(sum(gathered.lessons_scheduled) as bigint) as lessons_scheduled,
        cast(sum(gathered.lessons_missed) as bigint) as lessons_missed,
        cast(sum(gathered.lessons_missed_valid) as bigint) as lessons_missed_valid,
        cast(sum(gathered.lessons_missed_ill) as bigint) as lessons_missed_ill,
        cast(sum(gathered.late_arrivals) as bigint) as late_arrivals,
        cast(sum(gathered.learner_days_absent) as bigint) as learner_days_absent
    from gathered
    inner join organisations on gathered.organisation_key = organisations.organisation_key
    group by
        gathered.basis,
        gathered.period_key,
        organisations.oblast_code,
        organisations.oblast_name_kk,
        organisations.oblast_name_ru,
        organisations.district_code,
        organisations.district_name_kk,
        organisations.district_name_ru,
        organisations.locality_kk,
        organisations.locality_ru
),

-- Figures of so few learners that one of them could stand out are not shown as the place's. They move to a row of the
-- oblast for all its small groups, and one larger group goes with them, so that what is hidden could be any number of
-- few: the smallest that has enough on every basis on which something is hidden. What is few on one basis is hidden on
-- both, since the other would tell it.
weighed as (
    select
        summed.*,
        publication.least_persons,
        summed.learners > 0 and summed.learners < publication.least_persons as is_few,
        summed.learners >= 2 * publication.least_persons - 2 as is_plenty
    from summed
    cross join {{ ref('dim_publication') }} as publication
),

-- In which weeks of an oblast something is hidden, on each basis.
hiding as (
    select
        basis,
        period_key,
        oblast_code
    from weighed
    where is_few
    group by basis, period_key, oblast_code
),

hiding_bases as (
    select
        period_key,
        oblast_code,
        count(*) as bases
    from hiding
    group by period_key, oblast_code
),

places as (
    select
        weighed.period_key,
        weighed.oblast_code,
        weighed.district_code,
        weighed.locality_kk,
        max(case when weighed.is_few then 1 else 0 end) as is_few,
        sum(case when weighed.is_plenty and hiding.basis is not null then 1 else 0 end) as plenty_bases,
        max(weighed.learners) as most_learners
    from weighed
    left join hiding
        on
            weighed.basis = hiding.basis
            and weighed.period_key = hiding.period_key
            and weighed.oblast_code = hiding.oblast_code
    group by weighed.period_key, weighed.oblast_code, weighed.district_code, weighed.locality_kk
),

ranked as (
    select
        places.*,
        hiding_bases.bases,
        row_number() over (
            partition by
                places.period_key,
                places.oblast_code,
                case when places.is_few = 0 and places.plenty_bases = hiding_bases.bases then 1 else 0 end
            order by places.most_learners asc, places.district_code asc, places.locality_kk asc
        ) as place
    from places
    inner join hiding_bases
        on places.period_key = hiding_bases.period_key and places.oblast_code = hiding_bases.oblast_code
),

moving as (
    select
        period_key,
        oblast_code,
        district_code,
        locality_kk,
        case when is_few = 1 then 0 else 1 end as is_joining
    from ranked
    where is_few = 1 or (plenty_bases = bases and place = 1)
),

-- Where nobody can go with them, the small groups are left out.
joined as (
    select
        period_key,
        oblast_code,
        max(is_joining) as is_joined
    from moving
    group by period_key, oblast_code
),

parted as (
    select
        weighed.*,
        moving.district_code is not null as is_moved,
        coalesce(joined.is_joined, 0) as is_joined
    from weighed
    left join moving
        on
            weighed.period_key = moving.period_key
            and weighed.oblast_code = moving.oblast_code
            and weighed.district_code = moving.district_code
            and weighed.locality_kk = moving.locality_kk
    left join joined
        on weighed.period_key = joined.period_key and weighed.oblast_code = joined.oblast_code
),

-- A learner of two small groups is one.
together as (
    select
        parted.basis,
        parted.period_key,
        parted.oblast_code,
        cast(count(distinct attended.person_key) as bigint) as learners
    from parted
    inner join organisations
        on
            parted.oblast_code = organisations.oblast_code
            and parted.district_code = organisations.district_code
            and parted.locality_kk = organisations.locality_kk
    inner join attended
        on
            organisations.organisation_key = attended.organisation_key
            and parted.basis = attended.basis
            and parted.period_key = attended.period_key
    where parted.is_moved
    group by parted.basis, parted.period_key, parted.oblast_code
),

moved as (
    select
        parted.basis,
        parted.period_key,
        parted.oblast_code,
        parted.oblast_name_kk,
        parted.oblast_name_ru,
        parted.oblast_code as district_code,
        {{ bbaj.special_label(-3, 'kk', 'place') }} as district_name_kk,
        {{ bbaj.special_label(-3, 'ru', 'place') }} as district_name_ru,
        {{ bbaj.special_label(-3, 'kk', 'place') }} as locality_kk,
        {{ bbaj.special_label(-3, 'ru', 'place') }} as locality_ru,
        parted.is_joined = 0 as is_withheld,
        together.learners,
        cast(sum(parted.learner_days) as bigint) as learner_days,
        cast(sum(parted.lessons_scheduled) as bigint) as lessons_scheduled,
        cast(sum(parted.lessons_missed) as bigint) as lessons_missed,
        cast(sum(parted.lessons_missed_valid) as bigint) as lessons_missed_valid,
        cast(sum(parted.lessons_missed_ill) as bigint) as lessons_missed_ill,
        cast(sum(parted.late_arrivals) as bigint) as late_arrivals,
        cast(sum(parted.learner_days_absent) as bigint) as learner_days_absent
    from parted
    inner join together
        on
            parted.basis = together.basis
            and parted.period_key = together.period_key
            and parted.oblast_code = together.oblast_code
    where parted.is_moved
    group by
        parted.basis,
        parted.period_key,
        parted.oblast_code,
        parted.oblast_name_kk,
        parted.oblast_name_ru,
        parted.is_joined,
        together.learners
),

shown as (
    select
        basis,
        period_key,
        oblast_code,
        oblast_name_kk,
        oblast_name_ru,
        district_code,
        district_name_kk,
        district_name_ru,
        locality_kk,
        locality_ru,
        organisations_reported,
        cast(case when is_moved then 1 else 0 end as int) as is_withheld,
        case when not is_moved then learners end as learners,
        case when not is_moved then learner_days end as learner_days,
        case when not is_moved then lessons_scheduled end as lessons_scheduled,
        case when not is_moved then lessons_missed end as lessons_missed,
        case when not is_moved then lessons_missed_valid end as lessons_missed_valid,
        case when not is_moved then lessons_missed_ill end as lessons_missed_ill,
        case when not is_moved then late_arrivals end as late_arrivals,
        case when not is_moved then learner_days_absent end as learner_days_absent
    from parted
    union all
    select
        basis,
        period_key,
        oblast_code,
        oblast_name_kk,
        oblast_name_ru,
        district_code,
        district_name_kk,
        district_name_ru,
        locality_kk,
        locality_ru,
        cast(0 as bigint) as organisations_reported,
        cast(case when is_withheld then 1 else 0 end as int) as is_withheld,
        case when not is_withheld then learners end as learners,
        case when not is_withheld then learner_days end as learner_days,
        case when not is_withheld then lessons_scheduled end as lessons_scheduled,
        case when not is_withheld then lessons_missed end as lessons_missed,
        case when not is_withheld then lessons_missed_valid end as lessons_missed_valid,
        case when not is_withheld then lessons_missed_ill end as lessons_missed_ill,
        case when not is_withheld then late_arrivals end as late_arrivals,
        case when not is_withheld then learner_days_absent end as learner_days_absent
    from moved
),

-- Of what is shown each figure is a multiple of as much as the fewest persons amount to: one person more or less, on
-- the other basis or in the next publication, cannot be told from none. A lesson counts as a sixth of a day.
cells as (
    select
        shown.*,
        publication.least_persons as few,
        case when publication.least_persons > 1 then 6 * publication.least_persons else 1 end as few_lessons,
        {{ bbaj.hash_key(['period_key', 'oblast_code', 'district_code', 'locality_kk']) }} as cell_key
    from shown
    cross join {{ ref('dim_publication') }} as publication
)

select
    cells.basis,
    basis.basis_kk,
    basis.basis_ru,
    period.period,
    period.period_start_date as week_start_date,
    period.period_label_kk,
    period.period_label_ru,
    cells.oblast_code,
    cells.oblast_name_kk,
    cells.oblast_name_ru,
    cells.district_code,
    cells.district_name_kk,
    cells.district_name_ru,
    cells.locality_kk,
    cells.locality_ru,
    cells.organisations_reported,
    {{ bbaj.rounded('cells.learners', 'cells.few', 'cells.cell_key') }} as learners,
    {{ bbaj.rounded('cells.learner_days', 'cells.few', 'cells.cell_key') }} as learner_days,
    {{ bbaj.rounded('cells.lessons_scheduled', 'cells.few_lessons', 'cells.cell_key') }} as lessons_scheduled,
    {{ bbaj.rounded('cells.lessons_missed', 'cells.few_lessons', 'cells.cell_key') }} as lessons_missed,
    {{ bbaj.rounded('cells.lessons_missed_valid', 'cells.few_lessons', 'cells.cell_key') }} as lessons_missed_valid,
    {{ bbaj.rounded('cells.lessons_missed_ill', 'cells.few_lessons', 'cells.cell_key') }} as lessons_missed_ill,
    {{ bbaj.rounded('cells.late_arrivals', 'cells.few', 'cells.cell_key') }} as late_arrivals,
    {{ bbaj.rounded('cells.learner_days_absent', 'cells.few', 'cells.cell_key') }} as learner_days_absent,
    cells.is_withheld
from cells
inner join {{ ref('dim_basis') }} as basis on cells.basis = basis.basis
inner join {{ ref('dim_period') }} as period on cells.period_key = period.period_key
