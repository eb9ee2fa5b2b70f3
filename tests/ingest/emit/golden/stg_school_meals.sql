-- Generated from ingest/contracts/school_meals.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'school_meals') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(person_key as bigint) as person_key,
        cast(age as int) as age,
        cast(served_date as date) as served_date,
        cast(meals as int) as meals,
        cast(price as decimal(18, 4)) as price,
        cast(is_free as boolean) as is_free,
        cast(sex as string) as sex,
        cast(menu as string) as menu,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
