"""The kinds of plain writes, one form each; ``by_kind`` says which write has which."""
