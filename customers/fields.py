"""Columns that are worked out from others of their row."""

from __future__ import annotations

from typing import Any

from django.db import models

from customers.matching.clients import sound_of_name


class NameSoundField(models.CharField):
    """How the row's name sounds (customers/matching), written with it by save and bulk_create."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"max_length": 240, "editable": False, "blank": True, "default": ""}
        super().__init__(**kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        sound = sound_of_name(model_instance.name)[: self.max_length]  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, sound)
        return sound
