-- Generated from ingest/contracts/staff_training.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'staff_training') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(person_key as bigint) as person_key,
        cast(course as string) as course,
        cast(kind as string) as kind,
        cast(provider as string) as provider,
        cast(hours as int) as hours,
        cast(start_date as date) as start_date,
        cast(end_date as date) as end_date,
        cast(document_date as date) as document_date,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
