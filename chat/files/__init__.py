"""What a file is and how it is kept: pure parts that know no message and no request."""
