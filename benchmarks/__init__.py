"""What the app costs, measured on PostgreSQL: see docs/performance.md."""
