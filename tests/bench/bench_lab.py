"""What the lab costs: starting, a page of 999 users, look-ups, a write; small and large side by side.

CPU of the server alone: everything is asked of the emulated API in this process, and once over a socket from
another process, where the server's own CPU is read before and after. Figures are printed, never asserted: run
it with `python tests/bench/bench_lab.py [users]`.
"""

from __future__ import annotations

import http.client
import multiprocessing
import random
import ssl
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from migrate.lab.api import Api, Incoming
from migrate.lab.seed.large import LargePair, large_pair
from migrate.lab.serve import LabThread, settle_memory
from migrate.lab.world import World

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = "https://localhost:1"
SELECT = (
    "id,displayName,userPrincipalName,mail,proxyAddresses,employeeId,onPremisesImmutableId,"
    "onPremisesSecurityIdentifier,onPremisesSyncEnabled,userType,externalUserState,accountEnabled,"
    "department,jobTitle"
)
ROLES = "/roleManagement/directory"
ROUND = 5
PAGE = f"/users?$select={SELECT}&$top=999"


def pair(users: int) -> LargePair:
    """Half a million users have 50,000 groups and 20,000 eligibilities; others in proportion."""
    return large_pair(
        1, users=users, groups=max(50, users // 10), eligibilities=max(200, users // 25), now=NOW
    )


def form(seed: Any) -> dict[str, str]:
    app = seed["apps"][0]
    return {"grant_type": "client_credentials", "client_id": app["appId"], "client_secret": app["secret"]}


class Asker:
    """The emulated API without a socket; answers are made into bytes as they would leave."""

    def __init__(self, users: int) -> None:
        self.pair = pair(users)
        self.world = World([self.pair.source, self.pair.target], clock=lambda: NOW, rng=random.Random(0))
        self.world.throttle.configure({"enabled": False})
        self.api = Api(self.world)
        self.tenant = self.pair.target["tenantId"]
        wanted = {**form(self.pair.target), "scope": f"{ORIGIN}/.default"}
        issued = self.world.tokens.issue(self.tenant, wanted, ORIGIN)
        self.headers = {"Authorization": f"Bearer {issued['access_token']}"}

    def ask(self, path: str, body: Any = None) -> Any:
        path, _, query = path.removeprefix(f"{ORIGIN}/v1.0").partition("?")
        method = "GET" if body is None else "POST"
        incoming = Incoming(method, "v1.0", ORIGIN, path, dict(parse_qsl(query)), self.headers, body)
        answer = self.api.serve(incoming).answer
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status} {answer.body}")
        orjson.dumps(answer.body)
        return answer.body


def cpu(work: Callable[[], object], times: int) -> float:
    """Milliseconds of CPU for one run, the best of three rounds: other programs only ever add."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for _ in range(times):
            work()
        best = min(best, (time.process_time() - began) / times)
    return best * 1000


def memory() -> float:
    """Peak megabytes of this process; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def measured(users: int) -> dict[str, float]:
    began = time.process_time()
    lab = Asker(users)
    settle_memory()
    figures = {"start both tenants, s": time.process_time() - began}
    people = lab.pair.target["users"]
    last = people[len(people) - 1]
    holder = next(iter(lab.pair.target["roleEligibilitySchedules"]))
    link = lab.ask(PAGE)["@odata.nextLink"]
    plain = f"/users?$top=999&$select={SELECT}"
    figures["999 users, first page, ms"] = cpu(lambda: lab.ask(plain), 5)
    figures["999 users, second page, ms"] = cpu(lambda: lab.ask(link), 5)
    figures["100 eligibilities, ms"] = cpu(lambda: lab.ask(f"{ROLES}/roleEligibilitySchedules"), 5)
    by_principal = f"{ROLES}/roleEligibilitySchedules?$filter=principalId eq '{holder['principalId']}'"
    figures["eligibility of one principal, ms"] = cpu(lambda: lab.ask(by_principal), 20)
    figures["user by id, ms"] = cpu(lambda: lab.ask(f"/users/{last['id']}"), 20)
    in_ids = ",".join(f"'{people[at]['id']}'" for at in range(2, 17))
    figures["15 users by $filter=id in, ms"] = cpu(lambda: lab.ask(f"/users?$filter=id in ({in_ids})"), 20)
    by_name = f"/users?$filter=userPrincipalName eq '{last['userPrincipalName']}'"
    began = time.process_time()
    lab.ask(by_name)
    figures["first user by name (builds the index), ms"] = (time.process_time() - began) * 1000
    figures["user by name, ms"] = cpu(lambda: lab.ask(by_name), 20)
    ids = {"ids": [people[at]["id"] for at in range(2, 402)]}
    figures["400 objects by getByIds, ms"] = cpu(lambda: lab.ask("/directoryObjects/getByIds", ids), 5)
    numbers = iter(range(2, len(people)))
    role = holder["roleDefinitionId"]

    def write() -> object:
        body = {
            "action": "adminAssign",
            "principalId": people[next(numbers)]["id"],
            "roleDefinitionId": role,
            "directoryScopeId": "/",
            "justification": "bench",
            "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "P40D"}},
        }
        try:
            return lab.ask(f"{ROLES}/roleEligibilityScheduleRequests", body)
        except RuntimeError:  # somebody who is eligible already
            return None

    figures["adminAssign, ms"] = cpu(write, 50)
    figures["peak memory of all that, MB"] = memory()
    return figures


def served(users: int, pipe: Connection) -> None:
    made = pair(users)
    with LabThread([made.source, made.target]) as lab:
        lab.throttle(enabled=False)
        settle_memory()
        pipe.send((lab.url, lab.ca_pem, made.source["tenantId"], form(made.source)))
        while pipe.recv():
            pipe.send(time.process_time())


def over_the_wire(users: int, pages: int) -> float:
    """Milliseconds of the server's CPU for a page of 999 users, TLS and all; the best of some rounds."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=served, args=(users, there), daemon=True)
    server.start()
    url, ca_pem, tenant, wanted = here.recv()
    parts = urlsplit(url)
    # One connection for all, as clients keep it: a handshake costs more than a page.
    wire = http.client.HTTPSConnection(
        str(parts.hostname), parts.port, context=ssl.create_default_context(cadata=ca_pem)
    )

    def get(address: str, **more: Any) -> Any:
        wire.request(more.pop("method", "GET"), address.removeprefix(url), **more)
        return orjson.loads(wire.getresponse().read())

    body = urlencode({**wanted, "scope": f"{url}/.default"}).encode()
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    path = f"/{tenant}/oauth2/v2.0/token"
    token = get(path, method="POST", body=body, headers=typed)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    link = get(f"{url}/v1.0{PAGE}", headers=headers)["@odata.nextLink"]
    best = float("inf")
    for _ in range(pages // ROUND):
        here.send(True)
        before = here.recv()
        for _ in range(ROUND):
            link = get(link, headers=headers)["@odata.nextLink"]
        here.send(True)
        best = min(best, (here.recv() - before) / ROUND)
    here.send(False)
    server.join()
    return best * 1000


def main() -> None:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    small = measured(users // 10)
    large = measured(users)
    pages = max(ROUND, min(40, users // 10 // 999 - 1))
    small["999 users over TLS, ms"] = over_the_wire(users // 10, pages)
    large["999 users over TLS, ms"] = over_the_wire(users, pages)
    sys.stdout.write(f"{'users in each tenant':44}{users // 10:>12,}{users:>12,}{'ratio':>9}\n")
    for name, figure in large.items():
        sys.stdout.write(f"{name:44}{small[name]:12.2f}{figure:12.2f}{figure / (small[name] or 1):9.2f}\n")


if __name__ == "__main__":
    main()
