#!/usr/bin/env python3
"""Runs every scenario of every system several times and writes the table. See scripts/bench-failover.sh."""
import argparse
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from network import Network, wait_until
from systems import HaConsolePair, KeepalivedPair

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "..", "docs", "performance.md")
BEGIN, END = "<!-- failover:begin -->", "<!-- failover:end -->"


def measure(network, system, fault):
    """One run: what the client saw of one fault, per way that it takes."""
    old = system.active()
    new = "b" if old == "a" else "a"
    ways = [f"{name}={addresses}" for name, addresses in system.targets().items()]
    client = subprocess.Popen(network.inside("c", sys.executable, os.path.join(HERE, "client.py"), *ways), stdout=subprocess.PIPE, text=True)
    try:
        client.stdout.readline()
        # Anywhere in the heartbeat's rhythm.
        time.sleep(0.5 + random.random() * system.interval)
        fault(old)
        wait_until(f"{new} serves", lambda: system.serves(new))
        # HAProxy and the neighbour caches come after the server itself.
        time.sleep(1.0)
        client.send_signal(signal.SIGTERM)
        report = json.loads(client.stdout.read())
    finally:
        if client.poll() is None:
            client.kill()
        client.wait()
    return report


def scenario(network, system, name, fault, heal, runs):
    seen, late = {}, 0.0
    for number in range(runs):
        report = measure(network, system, fault)
        late = max(late, report["late"])
        for way, values in report["targets"].items():
            seen.setdefault(way, []).append(values["total"])
        print(f"  {name} {number + 1}/{runs}: " + ", ".join(f"{way} {values[-1]:.3f} s" for way, values in seen.items()), flush=True)
        heal()
    return [(system.name, name, way, values, system.bound if name in ("kill -9", "link down") and way == "service" else None, late)
            for way, values in seen.items()]


def table(rows, runs):
    lines = [f"Measured {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, {runs} runs each; seconds without service,",
             "min, median and max. `service`: the client asks the services themselves; `haproxy`: by way of HAProxy with checks on `mod=FT` every 100 ms.",
             "keepalived moves an address between services that run all the time; \"kill -9\" includes its link there, because killed alone both hold the address.",
             "", "| System | What happens | Way | min | median | max | target (max) |", "|---|---|---|---|---|---|---|"]
    for system, name, way, values, bound, _ in rows:
        planned = "0.1 + start" if way == "service" and system.startswith("HaConsole") else ""
        target = f"{bound:.2f}" if bound else planned
        lines.append(f"| {system} | {name} | {way} | {min(values):.3f} | {statistics.median(values):.3f} | {max(values):.3f} | {target} |")
    lines += ["", f"The client's latest turn began {max(x[5] for x in rows) * 1000:.0f} ms late: what is shorter than that is noise."]
    return "\n".join(lines)


def write(text, begin=BEGIN, end=END):
    with open(PAGE, encoding="utf8") as file:
        page = file.read()
    before, rest = page.split(begin)
    _, after = rest.split(end)
    with open(PAGE, "w", encoding="utf8") as file:
        file.write(f"{before}{begin}\n{text}\n{end}{after}")


def systems(network, folder, program):
    for interval, timeout in ((1.0, 0.5), (0.1, 0.06)):
        yield HaConsolePair(network, tempfile.mkdtemp(dir=folder), program, interval, timeout)
        if shutil.which("keepalived"):
            yield KeepalivedPair(network, tempfile.mkdtemp(dir=folder), program, interval)


def show_logs(folder):
    for name in sorted(os.listdir(folder)):
        if name.endswith(".log"):
            with open(os.path.join(folder, name), encoding="utf8", errors="replace") as file:
                print(f"--- {name}", *file.read().splitlines()[-20:], sep="\n", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--only", default="", help="part of a system's or a scenario's name")
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    folder, rows = tempfile.mkdtemp(prefix="hcb-"), []
    try:
        with Network() as network:
            for system in systems(network, folder, arguments.program):
                wanted = {k: v for k, v in system.scenarios().items() if arguments.only in system.name or arguments.only in k}
                if not wanted:
                    continue
                print(system.name, flush=True)
                try:
                    system.start()
                    for name, (fault, heal) in wanted.items():
                        rows += scenario(network, system, name, fault, heal, arguments.runs)
                except Exception:
                    show_logs(system.folder)
                    raise
                finally:
                    system.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = table(rows, arguments.runs)
    print(text)
    if not arguments.no_write:
        write(text)


if __name__ == "__main__":
    main()
