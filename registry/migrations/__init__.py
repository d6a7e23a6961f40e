"""Migrations of the schema, one file a revision; triggers always follow the newest text."""
