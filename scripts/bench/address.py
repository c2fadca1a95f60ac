#!/usr/bin/env python3
"""How long a client that comes through the managed address is not served, beside keepalived in the same run. See scripts/bench-failover.sh."""
import argparse
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import time

import failover
from network import Network, run, wait_until
from systems import SERVICE_PORT, HaConsolePair, KeepalivedPair

BEGIN, END = "<!-- address:begin -->", "<!-- address:end -->"
VIP = KeepalivedPair.vip
FAILED = []


def kill_all(network, host):
    """Every process of a host, those of a service that it does not manage too, in one moment."""
    for number in run("ip", "netns", "pids", network.name(host)).stdout.split():
        try:
            os.kill(int(number), signal.SIGKILL)
        except ProcessLookupError:
            pass


class PowerLoss:
    """What both kinds of pairs share: the loss of a machine, and its return without what its kernel had."""

    def lose_power(self, old):
        self.network.link(old, False)
        kill_all(self.network, old)
        for key in [x for x in self.programs.running if x.endswith(old)]:
            self.programs.end(key, signal.SIGKILL)

    def both_hold(self):
        return all(VIP in run("ip", "-n", self.network.name(x), "-4", "addr", "show", "eth0").stdout for x in "ab")

    def power_back(self, host):
        run("ip", "-n", self.network.name(host), "addr", "del", VIP + "/24", "dev", "eth0", check=False)
        self.network.link(host, True)


class AddressPair(PowerLoss, HaConsolePair):
    """The address is managed; the service is managed too, or runs on both servers all the time as with keepalived."""

    def __init__(self, network, folder, program, interval, timeout, managed):
        super().__init__(network, folder, program, interval, timeout)
        self.managed = managed
        self.name = f"HaConsole, H = {interval:g} s, N = 3, {'address and service' if managed else 'address'}"
        self.sample = self.settings["Services__0__Arguments__0"]
        self.settings |= {"Addresses__0__Name": "portal", "Addresses__0__Address": VIP + "/24"}
        if managed:
            self.settings |= {"Services__0__Arguments__3": "--address", "Services__0__Arguments__4": "0.0.0.0"}
        else:
            self.settings = {k: v for k, v in self.settings.items() if not k.startswith("Services__")}

    def start(self):
        for host in "ab":
            self.start_sample(host)
            self.start_server(host)
        self.settle()

    def start_sample(self, host):
        if not self.managed:
            self.programs.start("sample-" + host, host, ["dotnet", self.sample, "--address", "0.0.0.0", "--name", host, "--port", str(SERVICE_PORT)])

    def serves(self, host):
        own = self.own(host)
        return super().serves(host) and bool(own["addresses"]) and all(x["state"] == "Held" for x in own["addresses"])

    def targets(self):
        return {"address": f"{VIP}:{SERVICE_PORT}"}

    def scenarios(self):
        return {"operator switch": (self.switch, self.settle), "graceful stop": (self.stop, self.restart),
                "kill -9": (self.kill, self.restart), "power loss": (self.lose_power, self.power_on)}

    def power_on(self):
        host = next(x for x in "ab" if x not in self.programs.running)
        self.power_back(host)
        self.start_sample(host)
        self.start_server(host)
        self.settle()


class KeepalivedAddress(PowerLoss, KeepalivedPair):
    """Its service runs on both servers all the time. The operator's switch is the return to the preferred server."""

    def scenarios(self):
        return {"operator switch": (self.give_back, self.settle), "graceful stop": (self.stop, self.restart),
                "kill -9": (self.kill_alone, self.restart), "power loss": (self.lose_power, self.power_on)}

    def targets(self):
        return {"address": f"{VIP}:{SERVICE_PORT}"}

    def prepare(self, name):
        if name == "operator switch":
            self.stop("a")
            wait_until("the other one has the address", lambda: self.holds("b"))

    def give_back(self, _):
        self.start_server("a")

    def kill_alone(self, old):
        with open(self.file(old, "vrrp"), encoding="utf8") as file:
            child = int(file.read())
        # Both at once: a child that notices the death of its parent takes the address with it, a parent starts another child.
        self.programs.running[old].send_signal(signal.SIGSTOP)
        os.kill(child, signal.SIGKILL)
        self.programs.end(old, signal.SIGKILL)

    def power_on(self):
        host = next(x for x in "ab" if x not in self.programs.running)
        self.power_back(host)
        self.programs.start("sample-" + host, host, ["dotnet", self.sample, "--address", "0.0.0.0", "--name", host])
        self.start_server(host)
        self.settle()


def measure(network, system, fault):
    """A hand-over that fails because the other server is too busy to answer in time, so that the role is taken back, is counted and asked for again."""
    for _ in range(5):
        try:
            return failover.measure(network, system, fault)
        except RuntimeError as refused:
            print(f"  {refused}", flush=True)
            FAILED.append(system.name)
            system.settle()
    raise RuntimeError("refused five times")


def scenario(network, system, name, fault, heal, runs):
    values, late, doubles = [], 0.0, 0
    for number in range(runs):
        if hasattr(system, "prepare"):
            system.prepare(name)
        report = measure(network, system, fault)
        late = max(late, report["late"])
        values.append(report["targets"]["address"]["total"])
        doubles += system.both_hold() and name != "power loss"
        print(f"  {name} {number + 1}/{runs}: {values[-1]:.3f} s", flush=True)
        heal()
    return system.name, name, values, doubles, late


def table(rows, runs):
    load = os.getloadavg()[0]
    lines = [f"Measured {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, load average {load:.1f} at the end, {runs} runs each;",
             "seconds without service at the address, min, median and max.", "",
             "| System | What happens | min | median | max | both have the address afterwards |", "|---|---|---|---|---|---|"]
    for system, name, values, doubles, _ in rows:
        lines.append(f"| {system} | {name} | {min(values):.3f} | {statistics.median(values):.3f} | {max(values):.3f} | {f'{doubles} of {runs}' if doubles else 'never'} |")
    lines += ["", f"The client's latest turn began {max(x[4] for x in rows) * 1000:.0f} ms late: what is shorter than that is noise."]
    if FAILED:
        lines.append(f"Operator's switches that failed and were asked for again, because the other server was too busy to answer within T: "
                     + ", ".join(f"{FAILED.count(x)} of {x}" for x in dict.fromkeys(FAILED)) + ".")
    return "\n".join(lines)


def systems(network, folder, program):
    for interval, timeout in ((1.0, 0.5), (0.1, 0.06)):
        for managed in (False, True):
            yield AddressPair(network, tempfile.mkdtemp(dir=folder), program, interval, timeout, managed)
        yield KeepalivedAddress(network, tempfile.mkdtemp(dir=folder), program, interval)


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
                        rows.append(scenario(network, system, name, fault, heal, arguments.runs))
                except Exception:
                    failover.show_logs(system.folder)
                    raise
                finally:
                    system.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = table(rows, arguments.runs)
    print(text)
    if not arguments.no_write:
        failover.write(text, BEGIN, END)


if __name__ == "__main__":
    sys.exit(main())
