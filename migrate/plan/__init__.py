"""What a wave will do: an ordered list of reversible writes, readable before anything is sent.

Everything here is pure. A plan is data: it can be printed, hashed, compared and thrown away.
"""
