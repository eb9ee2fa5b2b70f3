-- Generated from ingest/contracts/organisation_passport.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'organisation_passport') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(kato as string) as kato,
        cast(legal_form as string) as legal_form,
        cast(is_public_private as boolean) as is_public_private,
        cast(licence_no as string) as licence_no,
        cast(licence_date as date) as licence_date,
        cast(accreditation_until as date) as accreditation_until,
        cast(design_capacity as int) as design_capacity,
        cast(shifts as int) as shifts,
        cast(class_sets as int) as class_sets,
        cast(study_days as int) as study_days,
        cast(lessons_begin as string) as lessons_begin,
        cast(lessons_end as string) as lessons_end,
        cast(building_kind as string) as building_kind,
        cast(building_condition as string) as building_condition,
        cast(built_year as int) as built_year,
        cast(repaired_year as int) as repaired_year,
        cast(total_area_m2 as decimal(18, 4)) as total_area_m2,
        cast(classrooms as int) as classrooms,
        cast(subject_rooms as int) as subject_rooms,
        cast(has_sports_hall as boolean) as has_sports_hall,
        cast(has_assembly_hall as boolean) as has_assembly_hall,
        cast(heating as string) as heating,
        cast(water_supply as string) as water_supply,
        cast(sewerage as string) as sewerage,
        cast(has_indoor_toilet as boolean) as has_indoor_toilet,
        cast(catering as string) as catering,
        cast(canteen_seats as int) as canteen_seats,
        cast(has_medical_room as boolean) as has_medical_room,
        cast(library_books as int) as library_books,
        cast(library_textbooks as int) as library_textbooks,
        cast(computers as int) as computers,
        cast(computers_online as int) as computers_online,
        cast(interactive_boards as int) as interactive_boards,
        cast(internet_kind as string) as internet_kind,
        cast(internet_mbps as decimal(18, 4)) as internet_mbps,
        cast(has_barrier_free_access as boolean) as has_barrier_free_access,
        cast(has_video_surveillance as boolean) as has_video_surveillance,
        cast(has_security as boolean) as has_security,
        cast(school_buses as int) as school_buses,
        cast(boarding_places as int) as boarding_places,
        cast(latitude as decimal(18, 4)) as latitude,
        cast(longitude as decimal(18, 4)) as longitude,
        cast(site as string) as site,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
