-- What is shown of attendance at the lowest level: every table about attendance is made of these rows and of no others.
{{ bbaj.shown_cells(
    ref('int_attendance_placed'), ['period_key'], 'learners', ref('int_attendance_counted_twice'),
    measures={
        'learner_days': 1, 'lessons_scheduled': 6, 'lessons_missed': 6, 'lessons_missed_valid': 6,
        'late_arrivals': 1, 'learner_days_absent': 1,
    },
    exact=['organisations_reported'],
    parts={
        'lessons_missed': [
            'lessons_missed_ill', 'lessons_missed_excused', 'lessons_missed_unexcused', 'lessons_missed_unexplained',
        ],
    },
) }}
