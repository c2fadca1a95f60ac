"""Two servers (a, b), a client (c) and a switch (s), each in a network namespace of its own."""
import os
import subprocess
import time


def run(*command, check=True, **options):
    done = subprocess.run([str(x) for x in command], capture_output=True, text=True, timeout=60, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.returncode} {done.stderr.strip()}")
    return done


def wait_until(what, condition, patience=60.0, period=0.02):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {patience:.0f} s: {what}")
        time.sleep(period)


class Network:
    """10.77.1.0/24: .1 and .2 are the servers, .3 is the client, .254 the switch (their gateway)."""

    hosts = {"a": "10.77.1.1", "b": "10.77.1.2", "c": "10.77.1.3"}
    gateway = "10.77.1.254"

    def __init__(self):
        self.prefix = f"hcb{os.getpid()}"

    def name(self, host):
        return self.prefix + host

    def inside(self, host, *command):
        return ["ip", "netns", "exec", self.name(host), *map(str, command)]

    def __enter__(self):
        switch = self.name("s")
        run("ip", "netns", "add", switch)
        run("ip", "-n", switch, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", switch, "addr", "add", self.gateway + "/24", "dev", "br0")
        run("ip", "-n", switch, "link", "set", "br0", "up")
        for host, address in self.hosts.items():
            name = self.name(host)
            run("ip", "netns", "add", name)
            run("ip", "-n", switch, "link", "add", "v" + host, "type", "veth", "peer", "name", "eth0", "netns", name)
            run("ip", "-n", switch, "link", "set", "v" + host, "master", "br0", "up")
            run("ip", "-n", name, "addr", "add", address + "/24", "dev", "eth0")
            run("ip", "-n", name, "link", "set", "eth0", "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        for host in "abcs":
            run("ip", "netns", "del", self.name(host), check=False)

    def link(self, host, up):
        run("ip", "-n", self.name("s"), "link", "set", "v" + host, "up" if up else "down")
