"""Many rows at once: inserted by COPY or changed by one statement, with their histories."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

By = Any  # customers.models.User; this module stands below the models
_Reader = Callable[[models.Model], Any]


def take_keys(model: type[models.Model], count: int) -> list[int]:
    """The next keys of a table's own sequence, so that rows can point to each other unsaved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, _pk(model).column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def maker(model: type[models.Model]) -> Callable[..., Any]:
    """What makes unsaved rows of the model as ``Model(**values)`` does, in a tenth of its time.

    Values are of the fields' own types. Raises TypeError for one that is no field's.
    """
    # What the database works out is on no row before it is saved, as with Model.__init__.
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if any(isinstance(field, models.FileField) for field in fields):
        raise TypeError(f"Rows of {model} need Model.__init__.")
    relations: dict[str, Any] = {field.name: field for field in fields if field.is_relation}
    drawn = {f.attname: f.default for f in fields if f.has_default() and callable(f.default)}
    fixed = {f.attname: f.get_default() for f in fields if f.attname not in drawn}

    def make(**values: Any) -> Any:
        row, state = model.__new__(model), models.base.ModelState()
        facts = {"_state": state, **fixed}
        for name, draw in drawn.items():
            facts[name] = values[name] if name in values else draw()
        known = len(facts)
        for name, value in values.items():
            if (field := relations.get(name)) is None:
                facts[name] = value
            else:
                facts[field.attname] = None if value is None else value.pk
                state.fields_cache[name] = value
        if len(facts) != known:
            raise TypeError(f"{model} has no {facts.keys() - fixed.keys() - drawn.keys()}.")
        row.__dict__ = facts
        return row

    return make


def insert_rows(rows: Sequence[models.Model], *, by: By = None, reason: str = "") -> None:
    """COPY unsaved rows of one model as they stand, and a history row of each.

    Times that the row has are kept (an old order's), others become now; a serial key that
    is empty is the database's to give and stays unknown here. Rows with history need keys
    (take_keys). Raises IntegrityError; nothing is written then.
    """
    if not rows:
        return
    _stamp(rows)
    _copy(rows)
    if hasattr(type(rows[0]), "history"):
        _copy_histories(rows, "+", by=by, reason=reason)


def update_rows(
    rows: Sequence[models.Model], fields: Sequence[str], *, by: By = None, reason: str = ""
) -> None:
    """Write these fields of saved, locked rows of one model, and a history row of each."""
    if not rows:
        return
    model = type(rows[0])
    now = timezone.now()
    # What a row works out of itself is written with it: times of change, how a name sounds.
    worked_out = (f.name for f in model._meta.concrete_fields if _is_worked_out(f))
    names = [*fields, *worked_out]
    columns: list[Any] = [model._meta.get_field(name) for name in dict.fromkeys(names)]
    for row in rows:
        for field in columns:
            if _is_auto_now(field):
                setattr(row, field.attname, now)
            else:
                field.pre_save(row, False)
    _update(model, rows, columns)
    if hasattr(model, "history"):
        _copy_histories(rows, "~", by=by, reason=reason)


def _is_auto_now(field: Any) -> bool:
    return bool(getattr(field, "auto_now", False))


def _is_worked_out(field: Any) -> bool:
    return _is_auto_now(field) or type(field).pre_save not in _PLAIN


_PLAIN = tuple(
    kind.pre_save
    for kind in (models.Field, models.FileField, models.DateField, models.DateTimeField)
)


def _pk(model: type[models.Model]) -> Any:
    return model._meta.pk


def _stamp(rows: Sequence[models.Model]) -> None:
    """Give rows the times they lack, which their histories show too."""
    now, fields = timezone.now(), type(rows[0])._meta.concrete_fields
    stamped = [f for f in fields if _is_auto_now(f) or getattr(f, "auto_now_add", False)]
    for field in stamped:
        for row in rows:
            if getattr(row, field.attname) is None:
                setattr(row, field.attname, now)


# Statements ---------------------------------------------------------------------------


def _copy(rows: Sequence[models.Model]) -> None:
    model = type(rows[0])
    serial = isinstance(_pk(model), models.AutoField) and rows[0].pk is None
    fields: list[Any] = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not (serial and field.primary_key)
    ]
    _copy_in(model, fields, _lines(rows, fields, _readers(fields)))


def _copy_in(
    model: type[models.Model], fields: Sequence[Any], lines: Iterable[Sequence[Any]]
) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    # Django turns the driver's errors into its own for most calls, but not for this one.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        statement: Any = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for line in lines:
                copy.write_row(line)


def _lines(
    rows: Sequence[models.Model], fields: Sequence[Any], readers: Mapping[str, _Reader]
) -> Iterator[list[Any]]:
    """Each row's fields as the database takes them, some by readers of their own.

    Most are in the row's dictionary as they go out: asking the model for each takes longer.
    """
    names = [field.attname for field in fields]
    others = [(names.index(name), reader) for name, reader in readers.items()]
    for row in rows:
        facts = row.__dict__
        line = [facts[name] for name in names]
        for place, reader in others:
            line[place] = reader(row)
        yield line


def _readers(fields: Sequence[Any]) -> dict[str, _Reader]:
    """What reads those fields of a row that Model.save would ask for their value."""

    def reader(field: Any) -> _Reader:
        return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)

    return {field.attname: reader(field) for field in fields if not _goes_as_it_is(field)}


def _goes_as_it_is(field: Any) -> bool:
    stamped = _is_auto_now(field) or getattr(field, "auto_now_add", False)
    return stamped or (isinstance(field, _AS_THEY_ARE) and type(field).pre_save in _PLAIN)


# What psycopg writes as the database wants it, without asking the field.
_AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.IntegerField,
    models.DateTimeField,
    models.DecimalField,
    models.UUIDField,
    models.ForeignKey,
)


def _update(
    model: type[models.Model], rows: Sequence[models.Model], columns: Sequence[Any]
) -> None:
    quote, key = connection.ops.quote_name, _pk(model)
    typed = [(field, str(field.db_type(connection))) for field in (key, *columns)]
    shape = ", ".join(f"{quote(field.column)} {kind}" for field, kind in typed)
    sets = ", ".join(f"{quote(f.column)} = new.{quote(f.column)}" for f in columns)
    data = [{f.column: getattr(row, f.attname) for f in (key, *columns)} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS old SET {sets}"  # noqa: S608 - names of models
            f" FROM jsonb_to_recordset(%s::jsonb) AS new({shape})"
            f" WHERE old.{quote(key.column)} = new.{quote(key.column)}",
            [json.dumps(data, default=_as_text)],
        )


def _as_text(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return str(value.name)  # a file


# History ------------------------------------------------------------------------------


def _copy_histories(rows: Sequence[models.Model], kind: str, *, by: By, reason: str) -> None:
    """Histories of rows as they stand, written without making each one's object."""
    past: Any = type(rows[0]).history.model  # type: ignore[attr-defined]
    common: Mapping[str, Any] = {
        "history_type": kind,
        "history_date": timezone.now(),
        "history_user_id": by.pk if by is not None else None,
        "history_change_reason": reason[:100] or None,
    }
    tracked = {field.attname: field for field in past.tracked_fields}
    fields = past._meta.concrete_fields
    kept = [field for field in fields if field.attname in tracked]
    about = [field for field in fields if field.attname in common]
    # A file is remembered by its name.
    files = (name for name, field in tracked.items() if isinstance(field, models.FileField))
    readers = _readers(kept) | {name: attrgetter(f"{name}.name") for name in files}
    tail = [common[field.attname] for field in about]
    lines = ([*line, *tail] for line in _lines(rows, kept, readers))
    _copy_in(past, [*kept, *about], lines)
