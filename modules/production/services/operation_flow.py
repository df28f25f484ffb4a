"""Pieces through the operations of an order: none comes out of one that did not come out of the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.production.errors import QuantityExceeded
from modules.production.models import ProductionOrder, ProductionOrderOperation
from modules.production.services.inspection_holds import unjudged_from_outside
from tenon.problems import Invalid, NotFound

Status = ProductionOrderOperation.Status
ZERO = Decimal(0)


@dataclass
class Flow:
    """The operations of an order under its lock, in order, with their rework."""

    order: ProductionOrder
    main: list[ProductionOrderOperation]
    rework: dict[int, ProductionOrderOperation]  # by the operation that it is the rework of

    @classmethod
    def of(cls, order: ProductionOrder) -> Flow:
        rows = list(order.operations.select_related("work_centre").order_by("position", "id"))
        return cls(
            order, [o for o in rows if o.rework_of_id is None], {o.rework_of_id: o for o in rows if o.rework_of_id}
        )

    def find(self, pk: int) -> ProductionOrderOperation:
        """Raises NotFound."""
        for row in (*self.main, *self.rework.values()):
            if row.pk == pk:
                return row
        raise NotFound(_("This is no operation of the order"))

    def is_first(self, row: ProductionOrderOperation) -> bool:
        return row is self.main[0]

    def is_last(self, row: ProductionOrderOperation) -> bool:
        """What it makes good is finished."""
        return self.main[-1].pk in (row.pk, row.rework_of_id)

    def passed(self, row: ProductionOrderOperation) -> Decimal:
        """Good pieces behind an operation, those that rework saved included."""
        again = self.rework.get(row.pk)
        return row.good + (again.good if again else ZERO)

    def available(self, row: ProductionOrderOperation) -> Decimal:
        """Pieces that have reached an operation so far."""
        if row.rework_of_id is not None:
            return row.quantity
        index = self.main.index(row)
        return self.passed(self.main[index - 1]) if index else self.order.started

    def left(self, row: ProductionOrderOperation) -> Decimal:
        """Pieces that have reached it and have not left it."""
        return self.available(row) - row.good - row.scrap - row.rework

    def waiting(self, row: ProductionOrderOperation) -> Decimal:
        """Of those that have reached it, how many wait for a verdict on what came back from outside: they go on once
        it is given, or are scrap."""
        if row.rework_of_id is not None or self.is_first(row):
            return ZERO
        return unjudged_from_outside(self.main[self.main.index(row) - 1].pk)

    def report(self, row: ProductionOrderOperation, good: Decimal, scrap: Decimal, rework: Decimal) -> None:
        """Counts what came out of an operation, saved. Raises QuantityExceeded, Invalid."""
        if rework and row.rework_of_id is not None:
            raise Invalid.field("rework", _("These pieces are in rework already: say good or scrap"), "in_rework")
        left = self.left(row)
        if good + scrap + rework > left:
            raise QuantityExceeded(
                _("%(left)s pieces have come to %(operation)s and are not reported yet")
                % {"left": f"{left.normalize():f}", "operation": row.name},
                left=str(left),
            )
        if good + rework and good + rework > left - (waiting := self.waiting(row)):
            raise QuantityExceeded(
                _("%(waiting)s pieces came back from outside and wait for their inspection")
                % {"waiting": f"{waiting.normalize():f}"},
                left=str(max(left - waiting, ZERO)),
            )
        row.good, row.scrap, row.rework = row.good + good, row.scrap + scrap, row.rework + rework
        # Fewer may have been lost before than was reckoned with.
        row.quantity = max(row.quantity, row.good + row.scrap + row.rework)
        if row.status == Status.WAITING:
            row.status = Status.RUNNING
        row.save()
        if rework:
            self._to_rework(row, rework)
        self._finish()

    def _to_rework(self, row: ProductionOrderOperation, pieces: Decimal) -> None:
        again = self.rework.get(row.pk)
        if again is None:
            again = ProductionOrderOperation(
                order=self.order, operation_id=row.operation_id, position=row.position, rework_of=row,
                name=str(_("Rework: %(operation)s") % {"operation": row.name})[:160], work_centre=row.work_centre,
                supplier_id=row.supplier_id, run_minutes=row.run_minutes,
            )  # fmt: skip
            self.rework[row.pk] = again
        again.quantity += pieces
        if again.status == Status.DONE:
            again.status = Status.WAITING
        again.save()

    def _finish(self) -> None:
        """Operations to which nothing will come any more, and in which nothing is, are done."""
        before_done = True
        for row in self.main:
            again = self.rework.get(row.pk)
            done = before_done and self.left(row) <= 0
            again_done = done and again is not None and self.left(again) <= 0
            for each, ended in ((row, done), (again, again_done)):
                if each is not None and ended and each.status != Status.DONE:
                    each.status = Status.DONE
                    each.save()
            before_done = done and (again is None or again_done)
