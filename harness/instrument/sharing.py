"""Finds the variables that other threads can see change: only those become points."""

from __future__ import annotations

from harness.instrument.scopes import Binding, Scope, Scopes


def find_shared(scopes: Scopes, late: frozenset[str]) -> None:
    """Fills `Scope.shared`; `late` are the module variables that top-level code may bind while threads run."""
    _hand_over_globals(scopes)
    _find_shared_globals(scopes, late)
    _find_shared_cells(scopes)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _hand_over_globals(scopes: Scopes) -> None:
    """Bindings made under a ``global`` statement belong to the module."""
    for scope in scopes.by_node.values():
        for name in scope.global_names & scope.bindings.keys():
            bindings = scope.bindings.pop(name)
            # how "assign": whoever declares a name global in a function changes it while threads may run.
            scopes.module.bindings.setdefault(name, []).extend(Binding("assign", True) for _ in bindings)


def _find_shared_globals(scopes: Scopes, late: frozenset[str]) -> None:
    module = scopes.module
    declared = {name for scope in scopes.by_node.values() if scope.host().kind == "function" for name in scope.global_names}
    used = {
        name
        for scope in scopes.by_node.values()
        if _is_inside_function(scope)
        for name in scope.loads
        if name in module.bindings and scope.owner(name) is module
    }
    for name, bindings in module.bindings.items():
        changes = any(binding.how not in ("def", "class", "import", "from", "declare") for binding in bindings)
        if changes and not _is_dunder(name) and (name in declared or (name in used and name in late)):
            module.shared.add(name)


def _is_inside_function(scope: Scope | None) -> bool:
    while scope is not None:
        if scope.kind == "function":
            return True
        scope = scope.parent
    return False


def _find_shared_cells(scopes: Scopes) -> None:
    captured: dict[Scope, set[str]] = {}
    rebound_inside: dict[Scope, set[str]] = {}
    for scope in scopes.by_node.values():
        host = scope.host()
        for name in scope.loads | scope.nonlocal_names:
            owner = scope.owner(name)
            # A class body runs where it stands, so only functions carry a name away to other threads.
            if owner.kind == "function" and host.kind == "function" and host is not owner:
                captured.setdefault(owner, set()).add(name)
                if name in scope.nonlocal_names and name in scope.bindings:
                    rebound_inside.setdefault(owner, set()).add(name)
    for owner, names in captured.items():
        for name in names:
            if not _is_dunder(name) and (_is_rebound(owner.bindings[name]) or name in rebound_inside.get(owner, ())):
                owner.shared.add(name)


def _is_rebound(bindings: list[Binding]) -> bool:
    real = [binding for binding in bindings if binding.how != "declare"]
    return len(real) > 1 or any(binding.is_in_loop or binding.how in ("augment", "except") for binding in real)
