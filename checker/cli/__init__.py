"""The commands, a module each: arguments in, a call, what it says out, an exit code.
Nothing else prints or exits, and nothing imports this."""
