-- Of how many enrolled learners an attendance figure speaks: those on the latest list of each organisation that was to
-- report, as the contingent shows them, and those of the organisations that did. A sum of figures already shown.
with rosters as (
    select
        levelled.basis,
        placed.organisation_code,
        period.period_start_date as roster_date,
        {{ bbaj.school_year_start('period.period_start_date') }} as school_year_start,
        levelled.persons
    from {{ ref('int_person_levelled') }} as levelled
    inner join {{ ref('int_organisation_placed') }} as placed on levelled.place_key = placed.place_key
    inner join {{ ref('dim_period') }} as period on levelled.period_key = period.period_key
    where
        levelled.breakdown = 'all'
        and levelled.level = 'organisation'
        and levelled.structure <> 'as_is'
        and levelled.persons is not null
),

weeks as (
    select
        reporting.basis,
        reporting.period_key,
        reporting.place_key,
        placed.organisation_code,
        placed.district_key,
        placed.oblast_key,
        placed.republic_key,
        period.period_end_date,
        {{ bbaj.school_year_start('period.period_end_date') }} as school_year_start,
        reporting.organisations_reported
    from {{ ref('int_reporting_levelled') }} as reporting
    inner join {{ ref('dim_form') }} as form on reporting.form_key = form.form_key
    inner join {{ ref('int_organisation_placed') }} as placed on reporting.place_key = placed.place_key
    inner join {{ ref('dim_period') }} as period on reporting.period_key = period.period_key
    where form.form = 'attendance' and reporting.level = 'organisation' and reporting.structure <> 'as_is'
),

listed as (
    select
        weeks.basis,
        weeks.period_key,
        weeks.place_key,
        max(rosters.roster_date) as roster_date
    from weeks
    inner join rosters
        on
            weeks.basis = rosters.basis
            and weeks.organisation_code = rosters.organisation_code
            and weeks.school_year_start = rosters.school_year_start
            and weeks.period_end_date >= rosters.roster_date
    group by weeks.basis, weeks.period_key, weeks.place_key
),

enrolled as (
    select
        weeks.basis,
        weeks.period_key,
        weeks.place_key,
        weeks.district_key,
        weeks.oblast_key,
        weeks.republic_key,
        rosters.persons as learners_enrolled,
        case when weeks.organisations_reported > 0 then rosters.persons else 0 end as learners_covered
    from weeks
    inner join listed
        on
            weeks.basis = listed.basis
            and weeks.period_key = listed.period_key
            and weeks.place_key = listed.place_key
    inner join rosters
        on
            weeks.basis = rosters.basis
            and weeks.organisation_code = rosters.organisation_code
            and listed.roster_date = rosters.roster_date
),

units as (
    select
        enrolled.*,
        cast(1 as bigint) as organisations_listed
    from enrolled
),

levelled as (
    {{ bbaj.levelled(
        'units', ['period_key'], ['district', 'oblast', 'republic'], 'learners_enrolled', none,
        sums=['learners_covered', 'organisations_listed'], exact=['organisations_listed'],
    ) }}
)

select * from levelled
