"""The lab's tenants: who and what is in them, what is wrong with them, and the truth about who is who.

Everything follows from names and from the `now` that is passed in, so two runs give the same bytes. A seed
document is a plain JSON-able dict; its key "truth" is for tests and is not part of what the emulated Graph
shows.
"""
