"""What moves along with the rights of a wave: the objects, members, rules and guards that they depend on."""
