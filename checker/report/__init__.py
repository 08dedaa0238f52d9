"""The report: its `model`, frozen; what formats share (`view`: the words, `escape`, `json_report`:
JSON and back, `page/`: parts of HTML pages); and `formats/`, a module each.
It judges nothing: a report says what the check found, and no more."""
