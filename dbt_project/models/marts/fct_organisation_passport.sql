select
    winning.submission_key,
    coalesce(passport.bin, winning.node_code) as organisation_code,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(period.period_key, cast(-1 as bigint)) as period_key,
    passport.kato as territory_code,
    passport.legal_form as legal_form_code,
    passport.is_public_private,
    passport.licence_no,
    passport.licence_date,
    passport.accreditation_until,
    passport.design_capacity,
    passport.shifts,
    passport.class_sets,
    passport.study_days,
    passport.lessons_begin,
    passport.lessons_end,
    passport.building_kind as building_kind_code,
    passport.building_condition as building_condition_code,
    passport.built_year,
    passport.repaired_year,
    passport.total_area_m2,
    passport.classrooms,
    passport.subject_rooms,
    passport.has_sports_hall,
    passport.has_assembly_hall,
    passport.heating as heating_code,
    passport.water_supply as water_supply_code,
    passport.sewerage as sewerage_code,
    passport.has_indoor_toilet,
    passport.catering as catering_code,
    passport.canteen_seats,
    passport.has_medical_room,
    passport.library_books,
    passport.library_textbooks,
    passport.computers,
    passport.computers_online,
    passport.interactive_boards,
    passport.internet_kind as internet_kind_code,
    passport.internet_mbps,
    passport.has_barrier_free_access,
    passport.has_video_surveillance,
    passport.has_security,
    passport.school_buses,
    passport.boarding_places,
    passport.vacant_rates,
    passport.vacant_teacher_rates,
    passport.latitude,
    passport.longitude,
    passport.site
from {{ ref('stg_organisation_passport') }} as passport
inner join {{ ref('int_submission_winning') }} as winning
    on
        passport.submission_id = winning.submission_key
        and passport.batch_id = winning.batch_id
left join {{ ref('dim_organisation') }} as organisation
    on
        organisation.organisation_code = coalesce(passport.bin, winning.node_code)
        and winning.period_start between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_period') }} as period
    on winning.period_kind = period.period_kind and winning.period = period.period
