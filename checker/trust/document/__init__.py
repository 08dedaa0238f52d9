"""What does the policy say? JSON (`decode`) → statements, settled once (`parse`; by element:
`principals`, `blocks`, `operators`, `conditions`), and what is wrong in it (`notes`, `mismatches`).
It doesn't judge who gets in: nothing behind it sees raw JSON."""
