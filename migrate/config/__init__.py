"""``engagement.toml`` and the files of ``mappings/``: read, checked, and reported by file and line.

A file with errors raises one FileError that names all of them, so that nobody corrects a file ten times.
Nothing here signs in or opens a database, and no value of a secret is ever read from or told about a file.
"""
