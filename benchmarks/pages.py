"""Pages and lists, beside the emptiest answer the same stack can give."""

from django.test import Client

from benchmarks.measuring import interleaved
from benchmarks.world import administrator

ADDRESSES = {
    "nothing (/healthz)": "/healthz",
    "the home page": "/",
    "a page of 100 tests": "/api/v1/drug-tests/?limit=100",
    "the page of tests": "/tests/",
}


def report(*, rounds: int = 5, each: int = 10) -> None:
    client = Client()
    client.force_login(administrator())
    for address in ADDRESSES.values():
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    figures = interleaved(
        {name: (lambda address=address: client.get(address)) for name, address in ADDRESSES.items()},
        rounds=rounds,
        each=each,
    )
    nothing = figures["nothing (/healthz)"]
    print("Requests (median, in one process, through the whole middleware)")
    for name, milliseconds in figures.items():
        print(f"  {name:24}{milliseconds:8.2f} ms   {milliseconds / nothing:6.1f} x nothing")
