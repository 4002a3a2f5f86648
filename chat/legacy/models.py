"""Models: the new tables, as the app registry knows them that is handed in: today's, or a migration's."""

from typing import Any

from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Model = Any
"""A model class: of a migration's registry, it has fields and nothing else."""


class Models:
    """The models of chat by their names, in one database. Historical ones have no managers or methods of their own."""

    def __init__(self, apps: Apps, database: str = DEFAULT_DB_ALIAS) -> None:
        self.database = database
        self._apps = apps

    def __getattr__(self, name: str) -> Model:
        """Return a model of chat. Raises LookupError where the registry has none of this name."""
        if name.startswith("_"):
            raise AttributeError(name)
        model = self._apps.get_model("chat", name)
        setattr(self, name, model)
        return model

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """Return the connection to the database with the new tables."""
        return connections[self.database]

    def rows(self, name: str) -> Any:  # noqa: ANN401 (a queryset of a model that types do not know)
        """Return all rows of a model, in the database of the new tables."""
        return getattr(self, name)._base_manager.using(self.database)
