"""What an operation costs the database: every statement that the code executes, explained where it is executed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Statement:
    """One statement, the pages that it touched, and how long it ran."""

    sql: str
    buffers: int
    milliseconds: float


def explain(operation: Callable[[], object]) -> list[Statement]:
    """Run ``operation`` with all its requests, services and statements, and undo it; return what each statement cost.

    Each is explained in the state that the ones before it left, right before it runs itself.
    """
    statements: list[Statement] = []

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            statements.append(_explain(sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(wrapper):
            operation()
        transaction.set_rollback(True)
    return statements


def buffers(statements: list[Statement]) -> int:
    """Return how many pages the statements touched in all."""
    return sum(statement.buffers for statement in statements)


def milliseconds(statements: list[Statement]) -> float:
    """Return how long the statements ran in all."""
    return sum(statement.milliseconds for statement in statements)


def _explain(sql: str, params: Any) -> Statement:
    raw: psycopg.Connection[Any] = connection.connection
    with raw.transaction(force_rollback=True), raw.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        row = cursor.fetchone()
    plan = (row[0] if row else [])[0]
    return Statement(sql, sum(map(_touched, _roots(plan["Plan"]))), plan["Execution Time"])


def _roots(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the plan, and its parts that write and that nothing reads: they run at the end, counted nowhere else."""
    nodes = list(_nodes(plan))
    read = {f"CTE {node['CTE Name']}" for node in nodes if node["Node Type"] == "CTE Scan"}
    apart = [node for node in nodes if node.get("Subplan Name", "").startswith("CTE ") and "Operation" in node]
    return [plan, *(node for node in apart if node["Subplan Name"] not in read)]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _touched(plan: dict[str, Any]) -> int:
    return sum(plan[f"{kind} {how} Blocks"] for kind in ("Shared", "Temp") for how in _HOW[kind])


_HOW = {"Shared": ("Hit", "Read"), "Temp": ("Read", "Written")}
