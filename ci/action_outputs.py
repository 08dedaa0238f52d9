"""The outputs of a step of action.yml: verdict and counts of a JSON report, a line each.

Numbers, and words that we chose: nothing in a report could be another output's line.
"""

import json
import sys
from pathlib import Path

VERDICTS = ("pass", "fail", "incomplete")
SEVERITIES = ("critical", "high", "medium", "low", "info")

report = json.loads(Path(sys.argv[1]).read_bytes())
verdict = report["verdict"]
print(f"verdict={verdict if verdict in VERDICTS else 'error'}")
if "changes" in report:
    print(f"changes={len(report['changes'])}")
    print(f"broken={len(report['broken'])}")
else:
    for severity in SEVERITIES:
        print(f"{severity}={int(report['summary']['open'].get(severity, 0))}")
    for name in ("waived", "known", "third_parties"):
        print(f"{name.replace('_', '-')}={int(report['summary'][name])}")
    print(f"gaps={len(report['gaps'])}")
