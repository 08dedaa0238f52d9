"""The sections of the HTML page; `checker.report.html` puts them together."""
