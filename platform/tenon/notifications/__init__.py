"""What members are told by name: one list per member, short, gone after a while."""
