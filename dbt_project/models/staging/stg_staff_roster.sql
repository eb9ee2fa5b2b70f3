-- Generated from ingest/contracts/staff_roster.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'staff_roster') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(person_key as bigint) as person_key,
        cast(age as int) as age,
        cast(sex as string) as sex,
        cast(citizenship as string) as citizenship,
        cast(position as string) as position,
        cast(subject as string) as subject,
        cast(language as string) as language,
        cast(employment as string) as employment,
        cast(rate as decimal(18, 4)) as rate,
        cast(weekly_hours as decimal(18, 4)) as weekly_hours,
        cast(hours_primary as decimal(18, 4)) as hours_primary,
        cast(hours_basic as decimal(18, 4)) as hours_basic,
        cast(hours_upper as decimal(18, 4)) as hours_upper,
        cast(hired_date as date) as hired_date,
        cast(dismissed_date as date) as dismissed_date,
        cast(education as string) as education,
        cast(institution as string) as institution,
        cast(graduation_year as int) as graduation_year,
        cast(speciality as string) as speciality,
        cast(has_profile_education as boolean) as has_profile_education,
        cast(academic_degree as string) as academic_degree,
        cast(category as string) as category,
        cast(category_date as date) as category_date,
        cast(experience_years as int) as experience_years,
        cast(teaching_years as int) as teaching_years,
        cast(course_year as int) as course_year,
        cast(course_hours as int) as course_hours,
        cast(award as string) as award,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
