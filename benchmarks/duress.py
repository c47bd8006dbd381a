"""Duress: whether a cancel with the duress PIN takes as long as one with the right PIN.

Over HTTP, against the role ``serve``: reports are raised and cancelled in turn, right and forced in
changing order, so that whatever slows the machine slows both. Told are the medians, and how often
a guesser who sees both times and calls the longer one forced would be right (0.5: as a coin).
"""

from __future__ import annotations

import argparse
import json
import time
from random import Random
from statistics import median
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.after import web
from benchmarks.cluster import fresh_database, own_server, told_by
from benchmarks.houses import house_on

if TYPE_CHECKING:
    import httpx

PIN, DURESS = "1234", "987654"
SEED = 5


def cancel_ms(phone: httpx.Client, pin: str) -> float:
    report = phone.post("/v1/emergencies", json={"trigger_id": str(uuid4())}).json()
    began = time.perf_counter()
    answer = phone.post(f"/v1/emergencies/{report['aggregate_id']}/cancel", json={"pin": pin})
    took_ms = (time.perf_counter() - began) * 1000
    if not answer.json()["cancelled"]:
        raise RuntimeError(answer.text)
    return took_ms


def measured(pairs: int) -> dict[str, object]:
    import httpx

    from application.context import system
    from application.member_desk import RegisterMember

    order = Random(SEED)
    with own_server() as server:
        fresh_database(server, "duress", migrated=True)
        with house_on(server, "duress") as house, web(server, "duress") as url:
            token = house.member_desk.register(
                RegisterMember(name="김", phone="+821000000000"),
                system("bench", correlation_id=uuid4()),
            ).device_token
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=url, headers=headers, timeout=10) as phone:
                phone.put("/v1/me/pin", json={"pin": PIN, "duress_pin": DURESS}).raise_for_status()
                took: dict[str, list[float]] = {PIN: [], DURESS: []}
                for _ in range(pairs):
                    for pin in order.sample([PIN, DURESS], 2):
                        took[pin].append(cancel_ms(phone, pin))
        longer = sum(forced > right for right, forced in zip(took[PIN], took[DURESS], strict=True))
        return {
            "pairs": pairs,
            "right_p50_ms": round(median(took[PIN]), 2),
            "duress_p50_ms": round(median(took[DURESS]), 2),
            "guessed": round(longer / pairs, 3),
            "server": told_by(server),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--json", action="store_true", help="as every benchmark has it")
    found = measured(parser.parse_args().pairs)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
