"""The content of the demonstration: an invented university, written by hand and checked by `proofreading`."""
