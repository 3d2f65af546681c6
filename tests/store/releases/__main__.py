"""Writes the database of the present format."""

from tests.store.releases import write_present

write_present()
