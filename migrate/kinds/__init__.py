"""What the program knows about each kind of object that it moves or needs: one file a kind.

To support one more kind is to add one file here and name it in ``catalogue``.
"""
