"""Policy files: loaded, each expression checked against its subject's facts, evaluated, tested.
A policy is data: nothing in it is executed, and what cannot be evaluated is an error, no pass."""
