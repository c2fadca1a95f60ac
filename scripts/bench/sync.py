#!/usr/bin/env python3
"""Copies the same tree with HaConsole, rsync and lsyncd in turns. See scripts/bench-sync.sh."""
import argparse
import glob
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from network import Network, run, wait_until
from systems import HaConsolePair, Programs

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "..", "docs", "performance.md")
BEGIN, END = "<!-- sync:begin -->", "<!-- sync:end -->"
MEMORY_BEGIN, MEMORY_END = "<!-- sync-memory:begin -->", "<!-- sync-memory:end -->"
BIG = "big/big.bin"


class Tree:
    """What is copied: small files in 100 directories, and a large one."""

    def __init__(self, root, files, megabytes):
        self.root, self.files, self.megabytes, self.random = root, files, megabytes, random.Random(1)
        for number in range(files):
            folder = os.path.join(root, self.folder(number))
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(root, self.small(number)), "wb") as file:
                file.write(self.random.randbytes(self.random.randint(200, 4000)))
        os.makedirs(os.path.join(root, "big"), exist_ok=True)
        with open(os.path.join(root, BIG), "wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1 << 20))

    @staticmethod
    def folder(number):
        return f"small/d{number % 100:02d}"

    def small(self, number):
        return f"{self.folder(number)}/f{number}.xml"

    def change_small(self):
        """A new content under a random name, at once and whole; path, content and moment."""
        path, content = self.small(self.random.randrange(self.files)), os.urandom(2000)
        beside = os.path.join(self.root, path + ".new")
        with open(beside, "wb") as file:
            file.write(content)
        began = time.monotonic()
        os.rename(beside, os.path.join(self.root, path))
        return path, content, began

    def change_big(self):
        """1 MB in the middle; path, content, moment and place."""
        content, place = os.urandom(1 << 20), self.megabytes // 2 << 20
        with open(os.path.join(self.root, BIG), "r+b") as file:
            file.seek(place)
            file.write(content)
        return content, place


def visible(root, path, content, place=0, patience=60):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with open(os.path.join(root, path), "rb") as file:
                file.seek(place)
                if file.read(len(content)) == content:
                    return time.monotonic()
        except OSError:
            pass
        time.sleep(0.001)
    raise TimeoutError(path)


def empty(root):
    for name in os.listdir(root):
        path = os.path.join(root, name)
        shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)


class HaConsole(HaConsolePair):
    """Both servers know the set under one path, which is another directory in the mount namespace of each."""

    def __init__(self, network, folder, program, source, target):
        super().__init__(network, folder, program, 1.0, 0.5)
        self.mounts = {"a": source, "b": target}
        self.path = os.path.join(folder, "set")
        os.makedirs(self.path)
        self.settings["FileSets__0__Name"] = "set"
        self.settings["FileSets__0__Path"] = self.path

    def start_server(self, host):
        environment = self.settings | {"Node__DataDirectory": self.data(host), "Node__LocalAddress": self.network.hosts[host]}
        mounted = 'mount --make-rprivate / && mount --bind "$1" "$2" && shift 2 && exec "$@"'
        self.programs.start(host, host, ["unshare", "--mount", "sh", "-c", mounted, "sh", self.mounts[host], self.path, "dotnet", self.program, "run"], environment)

    def start(self):
        for host in "ab":
            self.start_server(host)
        self.settle()
        wait_until("the set is in sync", lambda: self.state().get("state") == "InSync", patience=120)

    def state(self):
        found = next(iter(self.ask("a", path="/api/v1/file-sets")[1].get("sets") or []), {})
        return found | next(({k: x.get(k) for k in ("comparedAt", "compareSeconds")} for x in found.get("servers", []) if x["server"] == 1), {})

    def compare(self):
        """A comparison of everything; the seconds it took."""
        before = self.state().get("comparedAt")
        status, answer = self.ask("a", "POST", "/api/v1/file-sets/set/push", {})
        if status != 200:
            raise RuntimeError(f"refused: {status} {answer}")
        wait_until("compared, and in sync", lambda: (now := self.state()).get("comparedAt") != before and now.get("state") == "InSync", patience=300, period=0.005)
        state = self.state()
        return state["compareSeconds"]

    def close(self):
        """In order: a database of its own does not end with a server that is killed."""
        for host in "ab":
            self.programs.end(host)
        super().close()

    def memory(self):
        """Resident bytes of the worker of each server; the supervisor and the database beside it are processes of their own."""
        return {host: next(resident(pid) for pid in children(self.programs.running[host].pid) if is_worker(pid)) for host in "ab"}


def children(pid):
    """With their own; a child is listed under the thread that has started it."""
    found = [pid]
    for process in found:
        for path in glob.glob(f"/proc/{process}/task/*/children"):
            with open(path, encoding="ascii") as file:
                found += [int(x) for x in file.read().split()]
    return found


def is_worker(pid):
    with open(f"/proc/{pid}/cmdline", encoding="utf8", errors="replace") as file:
        return "worker" in file.read().split("\0")


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


class Rsync:
    """A daemon on b; each pass is a process on a."""

    def __init__(self, network, folder, source, target):
        self.network, self.folder, self.source, self.target = network, folder, source, target
        self.programs = Programs(network, folder)

    def start(self):
        path = os.path.join(self.folder, "rsyncd.conf")
        with open(path, "w", encoding="utf8") as file:
            file.write(f"uid = root\ngid = root\nuse chroot = no\npid file = {self.folder}/rsyncd.pid\nlog file = {self.folder}/rsyncd.log\n[set]\n  path = {self.target}\n  read only = no\n")
        self.programs.start("rsyncd", "b", ["rsync", "--daemon", "--no-detach", "--config", path])
        wait_until("rsyncd", lambda: os.path.exists(f"{self.folder}/rsyncd.pid"))

    def url(self):
        return f"rsync://{self.network.hosts['b']}/set/"

    def once(self, *options):
        began = time.monotonic()
        run(*self.network.inside("a", "rsync", "-a", "--delete", *options, self.source + "/", self.url()))
        return time.monotonic() - began

    def lsyncd(self, delay):
        path = os.path.join(self.folder, "lsyncd.lua")
        with open(path, "w", encoding="utf8") as file:
            file.write(f'settings {{ logfile = "{self.folder}/lsyncd.log", nodaemon = true, insist = true }}\n'
                       f'sync {{ default.rsync, source = "{self.source}/", target = "{self.url()}", delay = {delay}, rsync = {{ archive = true }} }}\n')
        self.programs.start("lsyncd", "a", ["lsyncd", "-nodaemon", path])
        time.sleep(6)

    def close(self):
        for key in list(self.programs.running):
            self.programs.end(key)


def arrivals(tree, target, count):
    times = []
    for _ in range(count):
        path, content, began = tree.change_small()
        times.append(visible(target, path, content) - began)
        time.sleep(0.05 + random.random() * 0.1)
    return times


def measure(arguments, network, folder):
    """Rows of (what, system, times)."""
    rows = {}

    def note(what, system, seconds):
        rows.setdefault((what, system), []).append(seconds)
        print(f"  {what}, {system}: {seconds:.3f}", flush=True)

    place = {name: os.path.join(folder, name) for name in ("source", "ha", "rsync")}
    for path in place.values():
        os.makedirs(path)
    tree = Tree(place["source"], arguments.files, arguments.megabytes)
    rsync = Rsync(network, folder, place["source"], place["rsync"])
    rsync.start()
    size = f"{arguments.files:,} small files and one of {arguments.megabytes} MB"
    try:
        for _ in range(arguments.runs):
            empty(place["rsync"])
            note(f"first copy of {size}", "rsync -a", rsync.once())
            empty(place["ha"])
            shutil.rmtree(os.path.join(place["source"], ".haconsole"), ignore_errors=True)
            # The first copy: neither server has ever seen a file of the set. From the moment at which a server could begin.
            pair = HaConsole(network, tempfile.mkdtemp(dir=folder), arguments.program, place["source"], place["ha"])
            try:
                pair.start()
                note(f"first copy of {size}", "HaConsole", pair.state()["compareSeconds"])
                for _ in range(max(3, arguments.runs)):
                    note("pass without changes", "HaConsole", pair.compare())
                    note("pass without changes", "rsync -a", rsync.once())
                for _ in range(3 if arguments.megabytes else 0):
                    content, at = tree.change_big()
                    began = time.monotonic()
                    note("1 MB changed inside the large file", "HaConsole", visible(place["ha"], BIG, content, at) - began)
                    time.sleep(1.1)
                    note("1 MB changed inside the large file", "rsync -a", rsync.once())
                for seconds in arrivals(tree, place["ha"], arguments.arrivals):
                    rows.setdefault(("one changed file until it has arrived", "HaConsole"), []).append(seconds)
            except Exception:
                for host in "ab":
                    with open(os.path.join(pair.folder, host + ".log"), encoding="utf8", errors="replace") as file:
                        print(*file.read().splitlines()[-20:], sep="\n", file=sys.stderr)
                raise
            finally:
                pair.close()
        rsync.once()
        rsync.lsyncd(delay=0)
        for seconds in arrivals(tree, place["rsync"], max(5, arguments.arrivals // 4)):
            rows.setdefault(("one changed file until it has arrived", "lsyncd, delay 0"), []).append(seconds)
    finally:
        rsync.close()
    return rows


def measure_memory(arguments, network, folder):
    """Rows of (when, seconds, bytes of the Active's worker, bytes of the Standby's)."""
    place = {name: os.path.join(folder, name) for name in ("source", "ha")}
    for path in place.values():
        os.makedirs(path)
    tree = Tree(place["source"], arguments.memory_files, 0)
    pair = HaConsole(network, tempfile.mkdtemp(dir=folder), arguments.program, place["source"], place["ha"])
    rows = []

    def note(when, seconds):
        used = pair.memory()
        rows.append((when, seconds, used["a"], used["b"]))
        print(f"  {when}: {seconds:.1f} s, {used['a'] / 1e6:.0f} MB, {used['b'] / 1e6:.0f} MB", flush=True)

    try:
        for host in "ab":
            pair.start_server(host)
        pair.settle()
        wait_until("the set is in sync", lambda: pair.state().get("state") == "InSync", patience=600)
        note("first copy", pair.state()["compareSeconds"])
        for number in range(1, arguments.passes + 1):
            for _ in range(100):
                tree.change_small()
            note(f"pass {number}, after 100 changes", pair.compare())
    finally:
        pair.close()
    return rows


def memory_table(rows, arguments):
    lines = [f"Measured {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, load average {os.getloadavg()[0]:.1f}: {arguments.memory_files:,} small files, the whole console included.",
             "", "| After | Seconds | Active, MB resident | Standby, MB resident |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {when} | {seconds:.1f} | {a / 1e6:.0f} | {b / 1e6:.0f} |" for when, seconds, a, b in rows])


def table(rows, arguments):
    lines = [f"Measured {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, load average {os.getloadavg()[0]:.1f}; in turns, in one run.",
             "Seconds. HaConsole encrypts (TLS 1.3) and compares contents, rsync (a daemon without encryption) sizes and times.",
             "", "| What | With | min | median | p95 | max | of |", "|---|---|---|---|---|---|---|"]
    for (what, system), values in rows.items():
        values = sorted(values)
        p95 = values[min(len(values) - 1, int(len(values) * 0.95))]
        lines.append(f"| {what} | {system} | {values[0]:.3f} | {statistics.median(values):.3f} | {p95:.3f} | {values[-1]:.3f} | {len(values)} |")
    return "\n".join(lines)


def write(text, begin, end):
    with open(PAGE, encoding="utf8") as file:
        page = file.read()
    before, rest = page.split(begin)
    _, after = rest.split(end)
    with open(PAGE, "w", encoding="utf8") as file:
        file.write(f"{before}{begin}\n{text}\n{end}{after}")


def run_one(arguments, measured, shown, begin, end):
    folder = tempfile.mkdtemp(prefix="hcs-")
    try:
        with Network() as network:
            text = shown(measured(arguments, network, folder), arguments)
        print(text)
        if not arguments.no_write:
            write(text, begin, end)
    finally:
        subprocess.run(["rm", "-rf", "--one-file-system", folder], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--arrivals", type=int, default=60)
    parser.add_argument("--memory-files", type=int, default=200_000)
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--only", choices=("times", "memory"))
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    if arguments.only != "memory":
        run_one(arguments, measure, table, BEGIN, END)
    if arguments.only != "times":
        run_one(arguments, measure_memory, memory_table, MEMORY_BEGIN, MEMORY_END)


if __name__ == "__main__":
    main()
