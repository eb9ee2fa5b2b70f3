{{ bbaj.levelled(
    ref('int_attendance_shown'), ['period_key'], ['locality', 'district', 'oblast', 'republic'], 'learners',
    ref('int_attendance_counted_twice'),
    sums=[
        'learner_days', 'lessons_scheduled', 'lessons_missed', 'lessons_missed_valid', 'lessons_missed_ill',
        'lessons_missed_excused', 'lessons_missed_unexcused', 'lessons_missed_unexplained',
        'late_arrivals', 'learner_days_absent', 'organisations_reported', 'is_withheld',
    ],
    exact=['organisations_reported', 'is_withheld'],
    amounts={'lessons_scheduled': 6, 'lessons_missed': 6, 'lessons_missed_valid': 6, 'lessons_missed_ill': 6,
        'lessons_missed_excused': 6, 'lessons_missed_unexcused': 6, 'lessons_missed_unexplained': 6},
    parts={
        'lessons_missed': [
            'lessons_missed_ill', 'lessons_missed_excused', 'lessons_missed_unexcused', 'lessons_missed_unexplained',
        ],
    },
) }}
