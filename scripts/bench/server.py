"""What one server costs: health URL, start, memory, keep-alive traffic. Writes docs/performance.md between its server marks."""
import argparse
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

from network import Network, run, wait_until
from systems import HaConsolePair

PAGE = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "performance.md")
BEGIN, END = "<!-- server:begin -->", "<!-- server:end -->"
ADDRESS = "127.0.0.21"
HEALTH = "/IPSCFG/admin/monitor.aspx?mod=FT"
ROUNDS, SECONDS = 4, 3
STARTS = 12
TICKS = 60


class Server:
    """A lone server on loopback, started as an operator does."""

    def __init__(self, program, folder, port):
        self.port = port
        environment = os.environ | {"Node__DataDirectory": os.path.join(folder, f"data-{port}"), "Node__LocalAddress": ADDRESS, "Node__HttpPort": str(port)}
        self.begun = time.monotonic()
        self.process = subprocess.Popen(["dotnet", program, "run"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    def until_first_answer(self):
        while True:
            try:
                with socket.create_connection((ADDRESS, self.port), 1) as connection:
                    connection.sendall(b"GET /IPSCFG/admin/monitor.aspx?mod=NONE HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    if connection.recv(64).startswith(b"HTTP/1.1 200"):
                        return time.monotonic() - self.begun
            except OSError:
                pass
            if time.monotonic() - self.begun > 60:
                raise TimeoutError("the server does not answer")
            time.sleep(0.002)

    def memory(self):
        """Resident and proportional megabytes of supervisor and worker."""
        pids = [self.process.pid]
        for pid in pids:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                    pids += [int(x) for x in file.read().split()]
        return [(name_of(pid), kilobytes(pid, "status", "VmRSS") / 1024, kilobytes(pid, "smaps_rollup", "Pss") / 1024) for pid in pids]


def name_of(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        command = file.read()
    return "worker" if b"\0worker\0" in command else "supervisor" if b"\0run\0" in command else command.split(b"\0")[0].decode()


def kilobytes(pid, file, key):
    with open(f"/proc/{pid}/{file}", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))


def requests_per_second(url, connections):
    printed = run("wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", url).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", printed).group(1))


def health(program, kestrel, folder):
    """The three servers asked in turn, round after round: only their ratio says something on a shared machine."""
    nginx = os.path.join(folder, "nginx.conf")
    with open(nginx, "w", encoding="utf8") as file:
        file.write(f"daemon off; pid {folder}/nginx.pid; error_log /dev/null; worker_processes 2; events {{}}\n"
                   f"http {{ access_log off; server {{ listen {ADDRESS}:8203; location / {{ return 200 'ACTIVE'; }} }} }}\n")
    others = [subprocess.Popen(x, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for x in (
        ["dotnet", kestrel, "kestrel", f"http://{ADDRESS}:8202"], ["nginx", "-c", nginx, "-p", folder])]
    try:
        with Server(program, folder, 8201) as server:
            server.until_first_answer()
            urls = {"health URL": f"http://{ADDRESS}:8201{HEALTH}", "bare Kestrel": f"http://{ADDRESS}:8202/", "nginx": f"http://{ADDRESS}:8203/"}
            rows = []
            for connections in (1, 16):
                seen = {name: [] for name in urls}
                for turn in range(ROUNDS + 1):
                    for name, url in urls.items():
                        rate = requests_per_second(url, connections)
                        if turn > 0:
                            seen[name].append(rate)
                ratios = {name: statistics.median(a / b for a, b in zip(seen["health URL"], seen[name])) for name in urls}
                rows += [f"| {connections} | {name} | {statistics.median(values):,.0f} | {ratios[name]:.2f} |" for name, values in seen.items()]
                print(*rows[-3:], sep="\n", flush=True)
            return rows
    finally:
        for process in others:
            process.terminate()
            process.wait(30)


def starts(program, folder):
    values = []
    for turn in range(STARTS + 1):
        with Server(program, folder, 8210 + turn) as server:
            seconds = server.until_first_answer()
        if turn > 0:
            values.append(seconds)
    print(f"start {statistics.median(values):.3f} s", flush=True)
    return values


def memory(program, folder):
    with Server(program, folder, 8204) as server:
        server.until_first_answer()
        time.sleep(20)
        found = server.memory()
    print(found, flush=True)
    return found


def traffic(program, folder):
    """Bytes on the peer link of a healthy pair, IP headers included."""
    with Network() as network:
        pair = HaConsolePair(network, folder, program, 1.0, 0.5)
        for key in [x for x in pair.settings if x.startswith("Services__")]:
            del pair.settings[key]
        for host in "ab":
            pair.start_server(host)
        try:
            wait_until("a healthy pair", lambda: pair.active() and all(pair.own(x).get("role") in ("Active", "Standby") for x in "ab"))
            time.sleep(5)
            for rule in ("add table ip count", "add chain ip count in { type filter hook input priority 0; }",
                         "add chain ip count out { type filter hook output priority 0; }", "add rule ip count in tcp dport 2011 counter",
                         "add rule ip count in tcp sport 2011 counter", "add rule ip count out tcp dport 2011 counter", "add rule ip count out tcp sport 2011 counter"):
                run(*network.inside("a", "nft", rule))
            time.sleep(TICKS)
            printed = run(*network.inside("a", "nft", "list", "table", "ip", "count")).stdout
        finally:
            pair.close()
    counted = [(int(packets), int(size)) for packets, size in re.findall(r"packets (\d+) bytes (\d+)", printed)]
    packets, size = sum(x[0] for x in counted), sum(x[1] for x in counted)
    print(f"traffic: {packets} packets, {size} bytes", flush=True)
    return packets, size


def write(text):
    with open(PAGE, encoding="utf8") as file:
        page = file.read()
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    with open(PAGE, "w", encoding="utf8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--kestrel", required=True)
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="hcb-")
    try:
        begun = starts(arguments.program, folder)
        used = memory(arguments.program, folder)
        asked = health(arguments.program, arguments.kestrel, folder)
        packets, size = traffic(arguments.program, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines = [f"Measured {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}.", "",
             f"Health URL (`mod=FT`), `wrk -t1`, {ROUNDS} interleaved rounds of {SECONDS} s, medians; the ratio is health URL : the row, round by round.", "",
             "| Connections | Server | requests/s | health URL ÷ it |", "|---|---|---|---|", *asked, "",
             f"Process start (`haconsole run`) to the first 200 of `mod=NONE`, {STARTS} starts: {min(begun):.2f} / {statistics.median(begun):.2f} / {max(begun):.2f} s (min / median / max).", "",
             "| Idle process | resident | proportional |", "|---|---|---|",
             *[f"| {name} | {resident:.0f} MB | {share:.0f} MB |" for name, resident, share in used], "",
             f"Peer link of a healthy pair, {TICKS} heartbeats of each server: {packets} packets, {size / 1000:.1f} kB with TCP and IP headers;",
             f"an hour at H = 30 s has 120: {size * 120 / TICKS / 1000:.0f} kB."]
    print(*lines, sep="\n")
    if not arguments.no_write:
        write("\n".join(lines))


if __name__ == "__main__":
    main()
