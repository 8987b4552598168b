"""The Excel file: what consultants read to judge a migration.

Each sheet is declared once as data (``sheets``); ``declare`` says in which words, ``write_table`` and
``write_page`` turn declarations into cells, ``export`` puts the file in its place whole or not at all.
"""
