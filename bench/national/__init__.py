"""The country in the warehouse, measured: a month of it made by SQL, built, built again after a change, published."""
