"""Building the export of one person's data: a zip of JSON, of pages that open without a server, and of files."""
