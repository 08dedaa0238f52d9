"""The report's model, and a module for each format: `render(report) -> str`.
A format computes nothing that is not in the model, reads no file, and escapes whatever it shows."""
