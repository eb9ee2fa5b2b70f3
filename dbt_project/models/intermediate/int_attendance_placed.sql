{{ bbaj.placed_cells(ref('int_attendance_celled'), ref('int_attendance_hidden'), ['period_key']) }}
