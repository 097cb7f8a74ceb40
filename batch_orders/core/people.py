"""People and programs that use the page: what each may do, for which accounts, up to how much. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from batch_orders.core.wording import counted


class Role(StrEnum):
    """What somebody may do. Each includes what `INCLUDED` says."""

    LOOK = "look"
    UPLOAD = "upload"
    CONFIRM = "confirm"
    RESOLVE = "resolve"


INCLUDED: Mapping[Role, frozenset[Role]] = {
    Role.LOOK: frozenset({Role.LOOK}),
    Role.UPLOAD: frozenset({Role.LOOK, Role.UPLOAD}),
    Role.CONFIRM: frozenset({Role.LOOK, Role.UPLOAD, Role.CONFIRM}),
    Role.RESOLVE: frozenset({Role.LOOK, Role.RESOLVE}),
}
USUAL_ROLE = Role.CONFIRM
"""What whoever is named without a role may do: the whole way from a sheet to its batch, and nothing beside it."""
ALL_ROLES = frozenset(Role)


def roles_of(named: Iterable[Role]) -> frozenset[Role]:
    """These roles, and all that they include."""
    return frozenset[Role]().union(*(INCLUDED[role] for role in named))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, or a program with a token. `name` is as approvals and events keep it.

    `accounts` are those of the vendor that they see and order for, as the ledger names them; None for all.
    `max_orders` and `max_cost` limit each plan that they confirm; None is no limit.
    """

    name: str
    roles: frozenset[Role] = ALL_ROLES
    accounts: frozenset[str] | None = None
    max_orders: int | None = None
    max_cost: Decimal | None = None
    program: bool = field(default=False, kw_only=True)

    def may(self, role: Role) -> bool:
        return role in self.roles

    def sees(self, account: str) -> bool:
        return self.accounts is None or account in self.accounts

    def refuse_plan(self, orders: int, costs: Mapping[str, Decimal], unpriced: int) -> str:
        """Why this plan is more than they may confirm, as a sentence; "" where it is not.

        A sum that is not known, or that is in several currencies, is not known to be within a limit on money.
        """
        if self.max_orders is not None and orders > self.max_orders:
            return f"{self.name} may confirm at most {counted(self.max_orders, 'order')} in one plan."
        if self.max_cost is None:
            return ""
        limit = f"{self.name} may confirm at most {self.max_cost:,} in one plan"
        if unpriced or len(costs) > 1:
            return f"{limit}, and what this one costs is not known as one sum."
        return f"{limit}." if sum(costs.values()) > self.max_cost else ""
