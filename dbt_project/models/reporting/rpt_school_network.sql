with years as (
    select
        basis.basis,
        period.period_key,
        period.period,
        period.period_start_date,
        period.school_year,
        period.period_label_kk,
        period.period_label_ru
    from {{ ref('dim_period') }} as period
    cross join {{ ref('dim_basis') }} as basis
    where period.period_kind = 'school_year'
),

passports as (
    select
        basis.basis,
        passport.*
    from {{ ref('fct_organisation_passport') }} as passport
    inner join {{ ref('dim_submission') }} as submission on passport.submission_key = submission.submission_key
    inner join {{ ref('dim_basis') }} as basis
        on
            (basis.is_official and submission.is_official)
            or (not basis.is_official and submission.is_operational)
),

-- Learners are those of the month of the school year in which most organisations handed in their lists, the latest
-- such.
listed as (
    select
        reporting.basis,
        reporting.period_key,
        period.school_year,
        period.period_start_date,
        row_number() over (
            partition by reporting.basis, period.school_year
            order by reporting.organisations_reported desc, period.period_start_date desc
        ) as place
    from {{ ref('int_reporting_levelled') }} as reporting
    inner join {{ ref('dim_form') }} as form on reporting.form_key = form.form_key
    inner join {{ ref('dim_period') }} as period on reporting.period_key = period.period_key
    where form.form = 'learner_roster' and reporting.level = 'republic' and reporting.organisations_reported > 0
),

places as (
    select
        place_key,
        place_code,
        organisation_key
    from {{ ref('int_organisation_placed') }}
    union distinct
    select
        place_key,
        place_code,
        organisation_key
    from {{ ref('int_organisation_restructured') }}
),

learners as (
    select
        listed.basis,
        listed.school_year,
        listed.period_start_date as learners_date,
        levelled.structure,
        levelled.level,
        case
            when levelled.level = 'organisation' then placed.place_code else cast(levelled.place_key as string)
        end as place_code,
        levelled.persons as learners
    from listed
    inner join {{ ref('int_person_levelled') }} as levelled
        on listed.basis = levelled.basis and listed.period_key = levelled.period_key
    left join places as placed on levelled.place_key = placed.place_key
    where
        listed.place = 1
        and levelled.breakdown = 'all'
        and (levelled.level <> 'organisation' or placed.place_key is not null)
),

-- The organisations there were on the first day of the school year, with their passports. Places are held against
-- learners where both are known of an organisation: who handed in one alone would tilt the share.
network as (
    select
        years.basis,
        years.period_key,
        years.school_year,
        organisation.organisation_key,
        organisation.kind_code,
        1 as organisations,
        case when passport.organisation_key is not null then 1 else 0 end as organisations_reported,
        case when learners.learners is not null then coalesce(passport.design_capacity, 0) else 0 end as places_filled,
        case when passport.design_capacity is not null then coalesce(learners.learners, 0) else 0 end
            as learners_placed,
        case when passport.shifts = 1 then 1 else 0 end as one_shift,
        case when passport.shifts = 2 then 1 else 0 end as two_shifts,
        case when passport.shifts = 3 then 1 else 0 end as three_shifts,
        coalesce(passport.design_capacity, 0) as places,
        coalesce(passport.class_sets, 0) as class_sets,
        coalesce(passport.classrooms, 0) as classrooms,
        coalesce(passport.subject_rooms, 0) as subject_rooms,
        case when passport.building_kind_code = 'adapted' then 1 else 0 end as adapted_buildings,
        case when passport.building_condition_code = 'repair' then 1 else 0 end as buildings_to_repair,
        case when passport.building_condition_code = 'emergency' then 1 else 0 end as emergency_buildings,
        case when passport.water_supply_code = 'central' then 1 else 0 end as with_central_water,
        case when passport.has_indoor_toilet then 1 else 0 end as with_indoor_toilet,
        case when passport.catering_code = 'canteen' then 1 else 0 end as with_canteen,
        case when passport.has_sports_hall then 1 else 0 end as with_sports_hall,
        case when passport.has_assembly_hall then 1 else 0 end as with_assembly_hall,
        case when passport.has_medical_room then 1 else 0 end as with_medical_room,
        case when passport.has_barrier_free_access then 1 else 0 end as barrier_free,
        case when passport.has_video_surveillance then 1 else 0 end as with_video_surveillance,
        case when passport.has_security then 1 else 0 end as with_security,
        case when passport.internet_kind_code <> 'none' then 1 else 0 end as with_internet,
        case when passport.internet_kind_code = 'fibre' then 1 else 0 end as with_fibre,
        coalesce(passport.computers, 0) as computers,
        coalesce(passport.computers_online, 0) as computers_online,
        coalesce(passport.interactive_boards, 0) as interactive_boards,
        coalesce(passport.library_books, 0) as library_books,
        coalesce(passport.library_textbooks, 0) as library_textbooks,
        coalesce(passport.school_buses, 0) as school_buses,
        coalesce(passport.boarding_places, 0) as boarding_places,
        case when passport.vacant_rates is not null then 1 else 0 end as vacancies_reported,
        coalesce(passport.vacant_rates, 0) as vacant_rates,
        coalesce(passport.vacant_teacher_rates, 0) as vacant_teacher_rates
    from years
    inner join {{ ref('dim_organisation') }} as organisation
        on years.period_start_date between organisation.valid_from_date and organisation.valid_to_date
    inner join {{ ref('int_organisation_placed') }} as placed
        on organisation.organisation_key = placed.organisation_key
    left join passports as passport
        on
            years.basis = passport.basis
            and years.period_key = passport.period_key
            and organisation.organisation_key = passport.organisation_key
    left join learners
        on
            learners.level = 'organisation'
            and learners.structure <> 'as_is'
            and years.basis = learners.basis
            and years.school_year = learners.school_year
            and placed.place_code = learners.place_code
    where organisation.organisation_key >= 0
),

levels as (
    select 'organisation' as level
    union all
    select 'district' as level
    union all
    select 'oblast' as level
    union all
    select 'republic' as level
),

kinds as (
    select 1 as is_total
    union all
    select 0 as is_total
),

-- As it was, and as it is. Buildings are not divided: what an organisation had that was split stays with it.
located as (
    select
        organisation_key,
        'as_was' as structure,
        place_key,
        place_code,
        district_key,
        oblast_key,
        republic_key
    from {{ ref('int_organisation_placed') }}
    union all
    select
        placed.organisation_key,
        'as_is' as structure,
        coalesce(followed.place_key, own.place_key) as place_key,
        coalesce(followed.place_code, own.place_code) as place_code,
        coalesce(followed.district_key, own.district_key) as district_key,
        coalesce(followed.oblast_key, own.oblast_key) as oblast_key,
        placed.republic_key
    from {{ ref('int_organisation_placed') }} as placed
    inner join {{ ref('int_organisation_restructured') }} as own
        on placed.place_code = own.place_code and own.is_latest
    left join {{ ref('int_place_followed') }} as followed
        on followed.level = 'organisation' and placed.place_key = followed.own_key and followed.divisor = 1
),

levelled as (
    select
        located.organisation_key,
        located.structure,
        levels.level,
        case levels.level
            when 'organisation' then located.place_key
            when 'district' then located.district_key
            when 'oblast' then located.oblast_key
            else located.republic_key
        end as level_key,
        case when levels.level = 'organisation' then located.place_code end as level_code
    from located
    cross join levels
),

-- Of places that are the same either way one row says it.
shown_levels as (
    select
        levelled.organisation_key,
        levelled.level,
        levelled.level_key,
        levelled.level_code,
        case when changed.place_key is null then 'both' else levelled.structure end as structure
    from levelled
    left join {{ ref('int_place_changed') }} as changed
        on levelled.level = changed.level and levelled.level_key = changed.place_key
    where levelled.structure = 'as_was' or changed.place_key is not null
),

spread as (
    select
        network.*,
        shown_levels.structure,
        shown_levels.level,
        shown_levels.level_key,
        shown_levels.level_code,
        case when kinds.is_total = 1 then 'all' else coalesce(network.kind_code, 'unknown') end as shown_kind
    from network
    inner join shown_levels on network.organisation_key = shown_levels.organisation_key
    cross join kinds
),

summed as (
    select
        basis,
        period_key,
        school_year,
        structure,
        level,
        level_key,
        level_code,
        shown_kind,
        cast(sum(organisations) as bigint) as organisations,
        cast(sum(organisations_reported) as bigint) as organisations_reported,
        cast(sum(places_filled) as bigint) as places_filled,
        cast(sum(learners_placed) as bigint) as learners_placed,
        cast(sum(one_shift) as bigint) as one_shift,
        cast(sum(two_shifts) as bigint) as two_shifts,
        cast(sum(three_shifts) as bigint) as three_shifts,
        cast(sum(places) as bigint) as places,
        cast(sum(class_sets) as bigint) as class_sets,
        cast(sum(classrooms) as bigint) as classrooms,
        cast(sum(subject_rooms) as bigint) as subject_rooms,
        cast(sum(adapted_buildings) as bigint) as adapted_buildings,
        cast(sum(buildings_to_repair) as bigint) as buildings_to_repair,
        cast(sum(emergency_buildings) as bigint) as emergency_buildings,
        cast(sum(with_central_water) as bigint) as with_central_water,
        cast(sum(with_indoor_toilet) as bigint) as with_indoor_toilet,
        cast(sum(with_canteen) as bigint) as with_canteen,
        cast(sum(with_sports_hall) as bigint) as with_sports_hall,
        cast(sum(with_assembly_hall) as bigint) as with_assembly_hall,
        cast(sum(with_medical_room) as bigint) as with_medical_room,
        cast(sum(barrier_free) as bigint) as barrier_free,
        cast(sum(with_video_surveillance) as bigint) as with_video_surveillance,
        cast(sum(with_security) as bigint) as with_security,
        cast(sum(with_internet) as bigint) as with_internet,
        cast(sum(with_fibre) as bigint) as with_fibre,
        cast(sum(computers) as bigint) as computers,
        cast(sum(computers_online) as bigint) as computers_online,
        cast(sum(interactive_boards) as bigint) as interactive_boards,
        cast(sum(library_books) as bigint) as library_books,
        cast(sum(library_textbooks) as bigint) as library_textbooks,
        cast(sum(school_buses) as bigint) as school_buses,
        cast(sum(boarding_places) as bigint) as boarding_places,
        cast(sum(vacancies_reported) as bigint) as vacancies_reported,
        cast(sum(vacant_rates) as decimal(18, 4)) as vacant_rates,
        cast(sum(vacant_teacher_rates) as decimal(18, 4)) as vacant_teacher_rates
    from spread
    group by basis, period_key, school_year, structure, level, level_key, level_code, shown_kind
),

-- What is found by a key alone is found by it: a condition on one's own row beside it would compare all with all.
keyed as (
    select
        summed.*,
        case when summed.level = 'organisation' then summed.level_key end as organisation_place_key,
        case
            when summed.shown_kind = 'all' then coalesce(summed.level_code, cast(summed.level_key as string))
        end as learners_code
    from summed
)

select
    summed.basis,
    basis.basis_kk,
    basis.basis_ru,
    summed.structure,
    summed.level,
    summed.school_year,
    period.period_label_kk,
    period.period_label_ru,
    place.oblast_code,
    place.oblast_name_kk,
    place.oblast_name_ru,
    place.district_code,
    place.district_name_kk,
    place.district_name_ru,
    place.organisation_code,
    place.organisation_name_kk,
    place.organisation_name_ru,
    place.place_name_kk,
    place.place_name_ru,
    place.locality_kk,
    place.locality_ru,
    summed.shown_kind as kind_code,
    case
        when summed.shown_kind = 'all' then {{ bbaj.special_label(-2, 'kk', 'place') }}
        else coalesce(kind.code_kk, {{ bbaj.special_label(-1, 'kk') }})
    end as kind_kk,
    case
        when summed.shown_kind = 'all' then {{ bbaj.special_label(-2, 'ru', 'place') }}
        else coalesce(kind.code_ru, {{ bbaj.special_label(-1, 'ru') }})
    end as kind_ru,
    case
        when summed.level <> 'organisation' then {{ bbaj.special_label(-2, 'kk', 'place') }}
        else coalesce(own_kind.code_kk, {{ bbaj.special_label(-1, 'kk') }})
    end as organisation_kind_kk,
    case
        when summed.level <> 'organisation' then {{ bbaj.special_label(-2, 'ru', 'place') }}
        else coalesce(own_kind.code_ru, {{ bbaj.special_label(-1, 'ru') }})
    end as organisation_kind_ru,
    case
        when summed.level <> 'organisation' then {{ bbaj.special_label(-2, 'kk', 'place') }}
        else coalesce(ownership.code_kk, {{ bbaj.special_label(-1, 'kk') }})
    end as ownership_kk,
    case
        when summed.level <> 'organisation' then {{ bbaj.special_label(-2, 'ru', 'place') }}
        else coalesce(ownership.code_ru, {{ bbaj.special_label(-1, 'ru') }})
    end as ownership_ru,
    case
        when summed.level <> 'organisation' then {{ bbaj.special_label(-2, 'kk', 'place') }}
        else coalesce(language.code_kk, {{ bbaj.special_label(-1, 'kk') }})
    end as language_kk,
    case
        when summed.level <> 'organisation' then {{ bbaj.special_label(-2, 'ru', 'place') }}
        else coalesce(language.code_ru, {{ bbaj.special_label(-1, 'ru') }})
    end as language_ru,
    summed.organisations,
    summed.organisations_reported,
    summed.one_shift,
    summed.two_shifts,
    summed.three_shifts,
    summed.places,
    summed.class_sets,
    summed.classrooms,
    summed.subject_rooms,
    summed.adapted_buildings,
    summed.buildings_to_repair,
    summed.emergency_buildings,
    summed.with_central_water,
    summed.with_indoor_toilet,
    summed.with_canteen,
    summed.with_sports_hall,
    summed.with_assembly_hall,
    summed.with_medical_room,
    summed.barrier_free,
    summed.with_video_surveillance,
    summed.with_security,
    summed.with_internet,
    summed.with_fibre,
    summed.computers,
    summed.computers_online,
    summed.interactive_boards,
    summed.library_books,
    summed.library_textbooks,
    summed.school_buses,
    summed.boarding_places,
    summed.vacancies_reported,
    summed.vacant_rates,
    summed.vacant_teacher_rates,
    summed.places_filled,
    summed.learners_placed,
    learners.learners,
    learners.learners_date
from keyed as summed
inner join {{ ref('dim_basis') }} as basis on summed.basis = basis.basis
inner join {{ ref('dim_period') }} as period on summed.period_key = period.period_key
inner join {{ ref('int_place_levelled') }} as place on summed.level_key = place.place_key
left join {{ ref('dim_code') }} as kind on kind.codelist = 'organisation_kind' and summed.shown_kind = kind.code
left join places on summed.organisation_place_key = places.place_key
left join {{ ref('dim_organisation') }} as organisation
    on places.organisation_key = organisation.organisation_key
left join {{ ref('dim_code') }} as own_kind
    on own_kind.codelist = 'organisation_kind' and organisation.kind_code = own_kind.code
left join {{ ref('dim_code') }} as ownership
    on ownership.codelist = 'ownership' and organisation.ownership_code = ownership.code
left join {{ ref('dim_code') }} as language
    on language.codelist = 'teaching_language' and organisation.languages_code = language.code
left join learners
    on
        summed.basis = learners.basis
        and summed.school_year = learners.school_year
        and summed.structure = learners.structure
        and summed.level = learners.level
        and summed.learners_code = learners.place_code
