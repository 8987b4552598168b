"""Which target object is the counterpart of which source object, and what would mean something else there.

Everything here is pure: rows in, a resolution out, the same bytes for the same input.
"""
