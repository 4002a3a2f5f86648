"""Safety and duty: reports, bans, suspensions, holds, jobs, and the book of what was done by privilege."""
