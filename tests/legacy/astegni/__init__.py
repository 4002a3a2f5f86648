"""An older Astegni database, made by scripts: its tables, and builders of its rows. All people are synthetic."""
