"""The trust policies of all roles, read at once: equal ones are analysed once, in batches and by
worker processes, guardrails are asked, and whom each role trusts is kept where use is asked for.
It never judges: what is vetted, and what policies require, is not its matter."""
