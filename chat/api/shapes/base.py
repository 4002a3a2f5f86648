"""What every answer's description shares."""

from typing import Any

from rest_framework import serializers


class Shape(serializers.Serializer[Any]):
    """Base of what is answered: every field is always there, unless it says otherwise."""

    optional: tuple[str, ...] = ()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields, each required."""
        fields = super().get_fields()
        for name, field in fields.items():
            field.read_only = False
            field.required = name not in self.optional
        return fields
