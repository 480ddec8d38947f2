"""The networks of the course, one family a file. Each file can be read alone."""
