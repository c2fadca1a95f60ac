#!/usr/bin/env python3
"""Measures operator switches through HAProxy that is not told, asks the agent, or is told. See scripts/bench-balancer.sh."""
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
from systems import SERVICE_PORT, HaConsolePair

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "..", "docs", "performance.md")
BEGIN, END = "<!-- balancer:begin -->", "<!-- balancer:end -->"


class ToldPair(HaConsolePair):
    """A pair with the recipe that the product prints for HAProxy."""

    def __init__(self, network, folder, program, settings):
        super().__init__(network, folder, program, 1.0, 0.5)
        self.settings |= settings | {"LoadBalancer__ApplicationPort": str(SERVICE_PORT),
                                     "Services__0__Arguments__3": "--address", "Services__0__Arguments__4": "0.0.0.0",
                                     "Services__0__Url": f"http://127.0.0.1:{SERVICE_PORT}/"}

    def start(self):
        for host in "ab":
            self.start_server(host)
        self.settle()
        path = os.path.join(self.folder, "haproxy.cfg")
        with open(path, "w", encoding="utf8") as file:
            file.write(self.ask("a", path="/api/v1/load-balancer/recipes/haproxy")[1]["text"])
        subprocess.run(["haproxy", "-c", "-f", path], check=True, capture_output=True)
        self.programs.start("haproxy", "c", ["haproxy", "-db", "-f", path])
        # Its first checks, and the first word to it.
        time.sleep(6)


def ways(folder):
    return {
        "checks on mod=FT every 1 s (recipe)": {"LoadBalancer__Mode": "ft"},
        "agent-check every 100 ms (recipe)": {"LoadBalancer__Mode": "none", "LoadBalancer__AgentPort": "5555"},
        "runtime API (recipe)": {"LoadBalancer__Mode": "ft", "LoadBalancer__Runtime__0": os.path.join(folder, "haproxy.sock")},
    }


def measure(network, pair):
    old = pair.active()
    new = "b" if old == "a" else "a"
    client = subprocess.Popen(network.inside("c", sys.executable, os.path.join(HERE, "patient.py"), f"127.0.0.1:{SERVICE_PORT}"), stdout=subprocess.PIPE, text=True)
    try:
        client.stdout.readline()
        time.sleep(0.5 + random.random())
        pair.switch(old)
        wait_until(f"{new} serves", lambda: pair.serves(new))
        time.sleep(4)
        client.send_signal(signal.SIGTERM)
        return json.loads(client.stdout.read())
    finally:
        if client.poll() is None:
            client.kill()
        client.wait()


def table(rows, runs):
    lines = [f"Measured {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, {runs} operator switches each, H = 1 s, a request every 10 ms.",
             "`interruption`: time in which requests were sent that failed; `slowest`: longest time that a served request took, the start of the service included.",
             "", "| How HAProxy learns of the switch | failed requests, all runs | interruption min / median / max s | slowest min / median / max s |", "|---|---|---|---|"]
    for name, seen in rows:
        away, slow = [x["away"] for x in seen], [x["slowest"] for x in seen]
        lines.append(f"| {name} | {sum(x['failed'] for x in seen)} of {sum(x['requests'] for x in seen)} "
                     f"| {min(away):.3f} / {statistics.median(away):.3f} / {max(away):.3f} | {min(slow):.3f} / {statistics.median(slow):.3f} / {max(slow):.3f} |")
    return "\n".join(lines)


def write(text):
    with open(PAGE, encoding="utf8") as file:
        page = file.read()
    before, rest = page.split(BEGIN)
    with open(PAGE, "w", encoding="utf8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    folder, rows = tempfile.mkdtemp(prefix="hcb-"), []
    try:
        with Network() as network:
            for name, settings in ways(folder).items():
                pair = ToldPair(network, tempfile.mkdtemp(dir=folder), arguments.program, settings)
                try:
                    pair.start()
                    seen = []
                    for number in range(arguments.runs):
                        seen.append(measure(network, pair))
                        print(f"  {name} {number + 1}/{arguments.runs}: {seen[-1]}", flush=True)
                        pair.settle()
                    rows.append((name, seen))
                finally:
                    pair.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = table(rows, arguments.runs)
    print(text)
    if not arguments.no_write:
        write(text)


if __name__ == "__main__":
    main()
