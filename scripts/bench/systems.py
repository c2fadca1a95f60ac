"""What is measured: a pair of HaConsole servers with HAProxy at the client, and a pair of keepalived with a floating address."""
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess

from network import run, wait_until

SERVICE_PORT = 9000
HAPROXY = """
global
  maxconn 2000
defaults
  mode http
  timeout connect 100ms
  timeout client 5s
  timeout server 5s
  timeout check 90ms
  retries 2
  option redispatch 1
frontend sample
  bind 127.0.0.1:{port}
  default_backend sample
backend sample
  option httpchk
  http-check send meth GET uri /IPSCFG/admin/monitor.aspx?mod=FT ver HTTP/1.1 hdr Host haconsole
  http-check expect string ACTIVE
  default-server inter 100ms fall 1 rise 1 on-marked-down shutdown-sessions
  server a {a}:{port} check port 8080
  server b {b}:{port} check port 8080
"""
KEEPALIVED = """
global_defs {{
  router_id {host}
  vrrp_version 3
}}
vrrp_instance pair {{
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority {priority}
  advert_int {interval}
  virtual_ipaddress {{
    {vip}/24 dev eth0
  }}
}}
"""


class ControlConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Programs:
    """Starts programs with their output in a file, and ends all of them."""

    def __init__(self, network, folder):
        self.network, self.folder, self.running = network, folder, {}

    def start(self, key, host, command, environment=None):
        with open(os.path.join(self.folder, key + ".log"), "a", encoding="utf8") as log:
            self.running[key] = subprocess.Popen(
                self.network.inside(host, *command), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=os.environ | (environment or {}))

    def end(self, key, number=signal.SIGTERM):
        process = self.running.pop(key, None)
        if process is not None:
            process.send_signal(number)
            process.wait(60)

    def end_all(self):
        for key in list(self.running):
            self.end(key, signal.SIGKILL)


class HaConsolePair:
    """H, T and N = 3; server a is #1."""

    def __init__(self, network, folder, program, interval, timeout):
        self.network, self.folder, self.program = network, folder, os.path.abspath(program)
        self.programs = Programs(network, folder)
        self.name = f"HaConsole, H = {interval:g} s, N = 3"
        self.bound = 3 * interval + timeout + 0.1
        self.interval = interval
        addresses = network.hosts
        sample = os.path.join(os.path.dirname(self.program), "sample-service", "haconsole-sample-service.dll")
        self.settings = {
            "Node__PairSecret": secrets.token_hex(16), "Node__LanTargets__0": network.gateway, "HotStandby__Enabled": "true",
            "HotStandby__Server1Address": addresses["a"], "HotStandby__Server2Address": addresses["b"],
            "HotStandby__HeartbeatInterval": str(interval), "HotStandby__HeartbeatTimeout": str(timeout), "HotStandby__FailuresToSwitch": "3",
            "HotStandby__FrameworkRestartTime": "0", "Services__0__Name": "sample", "Services__0__Type": "process", "Services__0__Command": "dotnet",
            "Services__0__Arguments__0": sample, "Services__0__Arguments__1": "--port", "Services__0__Arguments__2": str(SERVICE_PORT),
            "Services__0__StartTimeout": "10", "Services__0__StopTimeout": "3"}

    def start(self):
        for host in "ab":
            self.start_server(host)
        path = os.path.join(self.folder, "haproxy.cfg")
        with open(path, "w", encoding="utf8") as file:
            file.write(HAPROXY.format(port=SERVICE_PORT, a=self.network.hosts["a"], b=self.network.hosts["b"]))
        self.programs.start("haproxy", "c", ["haproxy", "-db", "-f", path])
        self.settle()

    def start_server(self, host):
        environment = self.settings | {"Node__DataDirectory": self.data(host), "Node__LocalAddress": self.network.hosts[host]}
        self.programs.start(host, host, ["dotnet", self.program, "run"], environment)

    def data(self, host):
        return os.path.join(self.folder, "data-" + host)

    def ask(self, host, method="GET", path="/api/v1/status", body=None):
        connection = ControlConnection(os.path.join(self.data(host), "control.sock"))
        try:
            connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def own(self, host):
        return next((x for x in self.ask(host)[1].get("servers", []) if x["local"]), {})

    def active(self):
        return next((x for x in "ab" if self.own(x).get("role") == "Active"), None)

    def serves(self, host):
        own = self.own(host)
        return own.get("role") == "Active" and all(x["state"] == "Running" for x in own["services"])

    def settle(self):
        def healthy(active, standby):
            peer = next((x for x in self.ask(active)[1].get("servers", []) if not x["local"]), {})
            return self.serves(active) and self.own(standby).get("role") == "Standby" and peer.get("health") == "Healthy" and peer.get("role") == "Standby"

        wait_until("a healthy pair", lambda: healthy("a", "b") or healthy("b", "a"))

    def targets(self):
        both = ",".join(f"{self.network.hosts[x]}:{SERVICE_PORT}" for x in "ab")
        return {"service": both, "haproxy": f"127.0.0.1:{SERVICE_PORT}"}

    def scenarios(self):
        return {"operator switch": (self.switch, self.settle), "graceful stop": (self.stop, self.restart),
                "kill -9": (self.kill, self.restart), "link down": (self.cut, self.mend)}

    def switch(self, old):
        status, answer = self.ask(old, "POST", "/api/v1/switch", {"to": 2 if old == "a" else 1, "reason": "benchmark"})
        if status != 200:
            raise RuntimeError(f"the switch was refused: {status} {answer}")

    def stop(self, old):
        self.programs.end(old)

    def kill(self, old):
        self.programs.end(old, signal.SIGKILL)

    def cut(self, old):
        self.network.link(old, False)

    def restart(self):
        self.start_server(next(x for x in "ab" if x not in self.programs.running))
        self.settle()

    def mend(self):
        for host in "ab":
            self.network.link(host, True)
        self.settle()

    def close(self):
        self.programs.end_all()


class KeepalivedPair:
    """A floating address; the sample service runs on both servers all the time. Default priorities 150 and 100."""

    vip = "10.77.1.100"

    def __init__(self, network, folder, program, interval):
        self.network, self.folder, self.interval = network, folder, interval
        self.programs = Programs(network, folder)
        self.name = f"keepalived, advert_int {interval:g} s"
        self.bound = None
        self.sample = os.path.join(os.path.dirname(os.path.abspath(program)), "sample-service", "haconsole-sample-service.dll")

    def start(self):
        for host, priority in (("a", 150), ("b", 100)):
            with open(self.file(host, "conf"), "w", encoding="utf8") as file:
                file.write(KEEPALIVED.format(host=host, priority=priority, interval=self.interval, vip=self.vip))
            os.chmod(self.file(host, "conf"), 0o600)
            self.programs.start("sample-" + host, host, ["dotnet", self.sample, "--address", "0.0.0.0", "--name", host])
            self.start_server(host)
        self.settle()

    def file(self, host, ending):
        return os.path.join(self.folder, f"keepalived-{host}.{ending}")

    def start_server(self, host):
        for ending in ("pid", "vrrp"):
            if os.path.exists(self.file(host, ending)):
                os.unlink(self.file(host, ending))
        self.programs.start(host, host, ["keepalived", "-n", "-l", "-P", "-f", self.file(host, "conf"), "-p", self.file(host, "pid"), "-r", self.file(host, "vrrp")])

    def holds(self, host):
        return self.vip in run("ip", "-n", self.network.name(host), "-4", "addr", "show", "eth0").stdout

    def active(self):
        return next((x for x in "ab" if self.holds(x)), None)

    def serves(self, host):
        return self.holds(host)

    def settle(self):
        wait_until("the preferred server holds the address alone", lambda: self.holds("a") and not self.holds("b"))

    def targets(self):
        return {"service": f"{self.vip}:{SERVICE_PORT}"}

    def scenarios(self):
        return {"graceful stop": (self.stop, self.restart), "kill -9": (self.kill, self.restart), "link down": (self.cut, self.mend)}

    def stop(self, old):
        self.programs.end(old)

    def kill(self, old):
        # Killed alone it leaves the address behind and both servers hold it; with the link down first this is the loss of the machine,
        # without the farewell that its child would still send.
        self.network.link(old, False)
        with open(self.file(old, "vrrp"), encoding="utf8") as file:
            child = int(file.read())
        self.programs.end(old, signal.SIGKILL)
        if os.path.exists(f"/proc/{child}"):
            os.kill(child, signal.SIGKILL)

    def cut(self, old):
        self.network.link(old, False)

    def restart(self):
        host = next(x for x in "ab" if x not in self.programs.running)
        run("ip", "-n", self.network.name(host), "addr", "del", self.vip + "/24", "dev", "eth0", check=False)
        self.network.link(host, True)
        self.start_server(host)
        self.settle()

    def mend(self):
        for host in "ab":
            self.network.link(host, True)
        self.settle()

    def close(self):
        for host in "ab":
            self.programs.end(host)
        self.programs.end_all()
        for host in "ab":
            run("ip", "-n", self.network.name(host), "addr", "del", self.vip + "/24", "dev", "eth0", check=False)
