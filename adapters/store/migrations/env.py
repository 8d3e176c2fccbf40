"""What Alembic runs for each migration: on the connection it is given, inside that connection's transaction."""

from alembic import context

from adapters.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
