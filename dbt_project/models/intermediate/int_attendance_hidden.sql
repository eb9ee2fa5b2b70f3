{{ bbaj.small_groups(ref('int_attendance_celled'), ['period_key'], 'learners') }}
