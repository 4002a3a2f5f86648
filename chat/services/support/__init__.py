"""The support desk: status, assignment, notes, canned replies, hours, visitors."""
