"""What every view of this app shares."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.generics import GenericAPIView

from customers.models import User


class Viewer(GenericAPIView[Any]):
    """Tells the serializers whether staff is looking."""

    def get_serializer_context(self) -> dict[str, Any]:
        is_staff = getattr(self.request.user, "is_staff", False)
        return {**super().get_serializer_context(), "is_staff": is_staff}

    def read(self, body: type[Any]) -> dict[str, Any]:
        """What was sent, checked."""
        serializer = body(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return cast(dict[str, Any], serializer.validated_data)

    @property
    def actor(self) -> User:
        """Who is signed in; the views that ask let nobody else in."""
        return cast(User, self.request.user)
