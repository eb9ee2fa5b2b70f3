"""What the model runs on: dbt in a process of its own, over DuckDB or over Spark."""
