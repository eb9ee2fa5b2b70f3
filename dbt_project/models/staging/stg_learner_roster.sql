-- Generated from ingest/contracts/learner_roster.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'learner_roster') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(person_key as bigint) as person_key,
        cast(age as int) as age,
        cast(sex as string) as sex,
        cast(grade as int) as grade,
        cast(letter as string) as letter,
        cast(language as string) as language,
        cast(shift as int) as shift,
        cast(study_form as string) as study_form,
        cast(is_boarder as boolean) as is_boarder,
        cast(is_transported as boolean) as is_transported,
        cast(has_free_meals as boolean) as has_free_meals,
        cast(enrolled_date as date) as enrolled_date,
        cast(citizenship as string) as citizenship,
        cast(left_date as date) as left_date,
        cast(leaving_reason as string) as leaving_reason,
        cast(moved_to_bin as string) as moved_to_bin,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
