#!/usr/bin/env python3
"""A patient client: one request every 10 ms, each waited for up to 20 s, until SIGTERM; then prints JSON.

    patient.py host:port

Printed: requests, how many failed (no answer or no 200), the slowest answer, and the summed time in which requests were sent that failed.
"""
import asyncio
import json
import signal
import sys
import time

PERIOD = 0.01
TIMEOUT = 20


async def ask(host, port, begin, results):
    start = time.monotonic()
    good = False
    writer = None
    try:
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            good = b" 200 " in await reader.readline() and b"server=" in await reader.read()
    except (OSError, TimeoutError):
        pass
    finally:
        if writer is not None:
            writer.close()
    results.append((start - begin, time.monotonic() - start, good))


async def main(target):
    host, port = target.rsplit(":", 1)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    begin, results, pending = time.monotonic(), [], set()
    print("ready", flush=True)
    while not stopped.is_set():
        task = asyncio.create_task(ask(host, int(port), begin, results))
        pending.add(task)
        task.add_done_callback(pending.discard)
        await asyncio.sleep(PERIOD)
    await asyncio.gather(*pending)
    results.sort()
    away, since = 0.0, None
    for start, _, good in results:
        if good and since is not None:
            away, since = away + start - since, None
        elif not good and since is None:
            since = start
    print(json.dumps({"requests": len(results), "failed": sum(not good for _, _, good in results), "slowest": max(took for _, took, _ in results), "away": away}))


asyncio.run(main(sys.argv[1]))
