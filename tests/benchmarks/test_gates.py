"""The gates can fail."""

from typing import Any

import pytest

from benchmarks.explaining import Statement, _roots, _touched
from benchmarks.flat import Result
from benchmarks.load import BadAnswer, _Client
from benchmarks.speed import GATES, Figures, _report_gate


def cost(*pages: int) -> list[Statement]:
    return [Statement("SELECT 1", number, 0.1) for number in pages]


@pytest.mark.parametrize(
    ("after", "passes"),
    [(cost(60, 70), True), (cost(60, 71), False), (cost(10, 10, 10), False)],
    ids=["within", "more pages", "more statements"],
)
def test_flat_cost_fails_by_pages_and_by_statements(after: list[Statement], passes: bool) -> None:
    assert Result("list", cost(50, 50), after, allowed=130).passed is passes


@pytest.mark.parametrize(("figure", "passes"), [(180.0, True), (179.0, False)])
def test_speed_fails_by_the_median_of_the_rounds(figure: float, passes: bool) -> None:
    figures = Figures()
    for usual, chat in ((100.0, figure), (100.0, 500.0), (100.0, 10.0)):
        figures.add(GATES[0].work, "usual", usual)
        figures.add(GATES[0].work, "chat", chat)
    assert _report_gate(GATES[0], figures.ratios(GATES[0])) is passes


def test_load_refuses_an_answer_that_is_no_success() -> None:
    class Socket:
        def recv(self, _size: int) -> bytes:
            return b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"

    client = _Client.__new__(_Client)
    client.socket, client.answer = Socket(), b""  # type: ignore[assignment]
    with pytest.raises(BadAnswer):
        client.receive()


def test_what_a_statement_writes_beside_its_answer_is_counted() -> None:
    def node(kind: str, pages: int, **more: Any) -> dict[str, Any]:
        counts = {f"{where} {how} Blocks": 0 for where in ("Shared", "Temp") for how in ("Hit", "Read", "Written")}
        return counts | {"Node Type": kind, "Shared Hit Blocks": pages} | more

    written = (node("ModifyTable", 5, Operation="Insert", **{"Subplan Name": f"CTE {n}"}) for n in ("sent", "marked"))
    plan = node("Result", 7, Plans=[*written, node("CTE Scan", 5, **{"CTE Name": "sent"})])
    assert sum(map(_touched, _roots(plan))) == 12, "what is read is counted with its reader"
