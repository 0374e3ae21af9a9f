"""The practice database: SQLAlchemy tables, migrations, unit of work; SQLite and PostgreSQL."""
