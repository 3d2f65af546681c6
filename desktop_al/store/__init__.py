"""The project on disk: SQLite, migrations, vectors; knows no Qt, no torch."""
