#!/usr/bin/env python3
"""A client that asks every 10 ms, on schedule even while older requests hang, until it gets SIGTERM; then prints JSON.

    client.py NAME=host:port[,host:port] ...

A turn of NAME is served when one of its addresses answers 200 within 0.5 s. Printed per NAME: the longest and the summed time without a served turn
(from the first failed turn to the next served one), and how late the latest turn began.
"""
import asyncio
import json
import signal
import sys
import time

PERIOD = 0.01
TIMEOUT = 0.5


async def served(host, port):
    writer = None
    try:
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            head = await reader.readline()
            return b" 200 " in head and b"server=" in await reader.read()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
    finally:
        if writer is not None:
            writer.close()


async def turn(addresses, start, results):
    answers = await asyncio.gather(*(served(host, port) for host, port in addresses))
    results.append((start, any(answers)))


def outages(results):
    found, since = [], None
    for start, good in sorted(results):
        if good and since is not None:
            found.append(start - since)
            since = None
        elif not good and since is None:
            since = start
    return found + ([] if since is None else [max(results)[0] - since])


async def main(targets):
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    results = {name: [] for name in targets}
    pending, late, begin, count = set(), 0.0, time.monotonic(), 0
    print("ready", flush=True)
    while not stopped.is_set():
        now = time.monotonic() - begin
        late = max(late, now - count * PERIOD)
        for name, addresses in targets.items():
            task = asyncio.create_task(turn(addresses, now, results[name]))
            pending.add(task)
            task.add_done_callback(pending.discard)
        # Turns that were missed are not made up for by a burst.
        count = max(count + 1, int((time.monotonic() - begin) / PERIOD))
        await asyncio.sleep(max(0.0, begin + count * PERIOD - time.monotonic()))
    await asyncio.gather(*pending)
    report = {}
    for name, values in results.items():
        gaps = outages(values)
        report[name] = {"turns": len(values), "longest": max(gaps, default=0.0), "total": sum(gaps), "outages": len(gaps)}
    print(json.dumps({"late": late, "targets": report}), flush=True)


def parse(argument):
    name, addresses = argument.split("=", 1)
    return name, [(x.rsplit(":", 1)[0], int(x.rsplit(":", 1)[1])) for x in addresses.split(",")]


if __name__ == "__main__":
    asyncio.run(main(dict(parse(x) for x in sys.argv[1:])))
