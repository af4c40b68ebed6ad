"""The gateway for trying: SMS are written into the folder ``sms`` of the data folder, where nobody pays for them."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from addons.base_mail.hookspecs import Sms, SmsResult

FOLDER = "sms"


def file_gateway(data_dir: Path) -> Callable[[Sms], SmsResult]:
    """Return a function that writes an SMS as a JSON file, named by its reference, and says that it was sent for nothing."""

    def send(sms: Sms) -> SmsResult:
        folder = data_dir / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9_-]", "_", sms.reference)
        content = {"to": list(sms.numbers), "text": sms.text, "at": sms.at.isoformat()}
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        return SmsResult("sent", answer=path.name, gateway_id=name, cost=Decimal(0))

    return send
