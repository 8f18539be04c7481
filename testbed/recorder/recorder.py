"""Records what a real server, a real kernel audit and a real attack leave behind, as a case folder.

Run as root: `unshare --mount python3 record.py OUT [NAME…]`. Servers and attacks live in a network
namespace of their own, on copies of /etc, /usr and /var that are gone afterwards; audit rules are
scoped to two login uids and taken out again. Nothing of the host is touched.
"""

import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

HOST = "198.51.100.23"
ATTACKER = "203.0.113.66"
API = "203.0.113.80"
INTERNAL = "192.0.2.10"
ADDRESSES = [HOST, ATTACKER, API, INTERNAL, "192.0.2.30", "2001:db8:5::10", "2001:db8:bad::1"]
NAMESPACE = "graftwatch-cases"
DAEMON, ADMIN, UNSET = 4242, 1000, 4294967295
HOME = os.open("/proc/self/ns/net", os.O_RDONLY)
TICKS = os.sysconf("SC_CLK_TCK")
TYPES = {1300: "SYSCALL", 1302: "PATH", 1305: "CONFIG_CHANGE", 1306: "SOCKADDR", 1307: "CWD",
         1309: "EXECVE", 1701: "ANOM_ABEND"}
SITE = {"internal_networks": ["192.0.2.0/24", "127.0.0.0/8", "::1/128"],
        "allowed_destinations": [API]}
CHANGED = ["/etc", "/usr/lib/apache2/modules", "/usr/lib/nginx/modules", "/usr/lib/php",
           "/usr/lib/cgi-bin", "/usr/lib/mysql/plugin", "/usr/local/lib/cache", "/var/www",
           "/var/lib/tomcat10", "/var/cache/tomcat10", "/var/lib/php", "/var/lib/dpkg",
           "/var/spool/cron"]
WATCHED = {
    "gw_mod": ["/usr/lib/apache2/modules", "/usr/lib/nginx/modules", "/usr/lib/php",
               "/usr/lib/cgi-bin", "/usr/lib/postgresql", "/usr/lib/mysql/plugin",
               "/var/lib/tomcat10/webapps", "/opt/httpd/modules"],
    "gw_cfg": ["/etc/apache2", "/etc/nginx", "/etc/php", "/etc/mysql", "/etc/postgresql",
               "/opt/httpd/conf"],
    "gw_persist": ["/var/spool/cron", "/etc/cron.d", "/etc/systemd/system"],
    "gw_web": ["/var/www"],
}


def sh(command, check=True):
    return subprocess.run(command, shell=True, check=check, text=True, capture_output=True).stdout


def workshop():
    """Empty places for what scenarios bring along, for this mount namespace only."""
    sh("mount --make-rprivate / && mount -t tmpfs gw /root && mount -t tmpfs gw /tmp")


def copies():
    """Private copies of what a scenario changes."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x20000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    sh("mount --make-rprivate / && mount -t tmpfs gw /mnt")
    for folder in CHANGED:
        name = folder.strip("/").replace("/", "-")
        os.makedirs(folder, exist_ok=True)
        sh(f"cp -a {folder} /mnt/{name} && mount --bind /mnt/{name} {folder}")
    for folder in ["/run", "/srv", "/home", "/opt", "/var/log"]:
        sh(f"mount -t tmpfs gw {folder}")
    for folder in ["/tmp", "/var/tmp", "/dev/shm"]:
        sh(f"mount -t tmpfs -o mode=1777 gw {folder}")
    sh("mkdir /var/log/apache2 /var/log/nginx")


def network():
    sh(f"ip netns del {NAMESPACE}", check=False)
    sh(f"ip netns add {NAMESPACE}")
    return os.open(f"/var/run/netns/{NAMESPACE}", os.O_RDONLY)


def enter_network(fd):
    if ctypes.CDLL(None, use_errno=True).setns(fd, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    sh("ip link set lo up")
    for address in ADDRESSES:
        sh(f"ip addr add {address}/{128 if ':' in address else 32} dev lo")
    for address in ADDRESSES[1:]:
        way = "-6 " if ":" in address else ""
        source = "2001:db8:5::10" if way else HOST
        sh(f"ip {way}route replace local {address} dev lo src {source} table local", check=False)
    sh("iptables -A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT", check=False)
    sh("ip6tables -A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT", check=False)
    sh("sysctl -w net.ipv4.ping_group_range='0 0' net.ipv4.tcp_fastopen=3", check=False)


def auditctl(rule, check=True):
    """Audit is spoken to from the first network namespace only."""
    sh(f"nsenter --net=/proc/{os.getpid()}/fd/{HOME} auditctl {rule}", check=check)


class Rules:
    """Audit rules of linux-graftwatch.rules, scoped by login uid in place of the real accounts."""

    def __init__(self):
        call = "-a always,exit -F arch=b64 -S"
        ours = f"-F 'auid>={ADMIN}' -F 'auid<={DAEMON}'"
        rules = [f"{call} execve,execveat -F success=1 {ours} -k gw_exec"]
        for family in (2, 10):
            rules += [
                f"{call} connect -F saddr_fam={family} -F auid={DAEMON} -k gw_net",
                f"{call} connect -F saddr_fam={family} -F auid={ADMIN} -F uid=33 -k gw_net",
                f"{call} sendto,sendmsg,sendmmsg -F saddr_fam={family} -F auid={DAEMON} -k gw_udp",
                f"{call} bind -F saddr_fam={family} -F auid={DAEMON} -k gw_listen"]
        rules += [f"{call} io_uring_setup -F auid={DAEMON} -k gw_iouring",
                  f"{call} memfd_create -F auid={DAEMON} -k gw_memfd",
                  f"{call} ptrace,process_vm_writev -F auid={DAEMON} -k gw_inject"]
        for key, folders in WATCHED.items():
            rules += [f"{call[:-3]} -F dir={folder} -F perm=wa {ours} -k {key}"
                      for folder in folders if os.path.isdir(folder)]
        self.rules = rules

    def __enter__(self):
        self.__exit__()
        for rule in self.rules:
            auditctl(rule)

    def __exit__(self, *_):
        for rule in self.rules:
            auditctl(rule.replace("-a ", "-d ", 1), check=False)


class Audit(threading.Thread):
    """Listens to the kernel's multicast group: no audit daemon is needed or disturbed."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)
        self.socket.bind((0, 1))
        self.lines = []

    def run(self):
        while True:
            data = self.socket.recv(65536)
            kind = struct.unpack_from("=H", data, 4)[0]
            if kind in TYPES:
                text = data[16:].rstrip(b"\0").decode("latin-1")
                self.lines.append((TYPES[kind], text))

    def take(self):
        lines, self.lines = self.lines, []
        return lines


def audit_log(lines):
    """What auditd would have written (log_format = RAW), of our processes only."""
    events = {}
    for kind, text in lines:
        stamp = re.match(r"audit\(([\d.]+):(\d+)\):", text)
        if stamp:
            events.setdefault(int(stamp[2]), []).append(f"type={kind} msg={text}")
    out = []
    for serial in sorted(events):
        event = "\n".join(events[serial])
        if re.search(rf"\bauid=({DAEMON}|{ADMIN})\b", event):
            event = re.sub(rf"\bauid={DAEMON}\b", f"auid={UNSET}", event)
            event = re.sub(r"\bses=\d+", lambda _: "ses=7" if f"auid={ADMIN}" in event
                           else f"ses={UNSET}", event)
            out.append(event)
    return "\n".join(out) + "\n"


class Processes(threading.Thread):
    """What a walk over /proc shows of our processes: first of all, then every 25 ms."""

    def __init__(self, hidden):
        super().__init__(daemon=True)
        self.boot = next(int(line.split()[1]) for line in open("/proc/stat") if "btime" in line)
        self.hidden = hidden
        self.known, self.lines, self.stop = {}, [], threading.Event()
        for pid, state in self.walk().items():
            self.note("warm", pid, state)

    def walk(self):
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if open(f"/proc/{pid}/loginuid").read() not in (str(DAEMON), str(ADMIN)):
                    continue
                stat = open(f"/proc/{pid}/stat").read()
                fields = stat[stat.rindex(")") + 2:].split()
                command = open(f"/proc/{pid}/cmdline").read().rstrip("\0").split("\0")
                exe = os.readlink(f"/proc/{pid}/exe")
                uid = os.stat(f"/proc/{pid}").st_uid
            except OSError:
                continue
            if not self.hidden(exe):
                found[int(pid)] = {
                    "comm": stat[stat.index("(") + 1:stat.rindex(")")], "ppid": int(fields[1]),
                    "pgrp": int(fields[2]), "sid": int(fields[3]),
                    "start": round(self.boot + int(fields[19]) / TICKS, 2),
                    "startTicks": int(fields[19]), "uid": uid, "exe": exe, "cmdline": command}
        return found

    def note(self, event, pid, state):
        self.known[pid] = state
        self.lines.append({"t": round(time.time(), 3), "ev": event, "pid": pid, **state})

    def run(self):
        while not self.stop.wait(0.025):
            now = self.walk()
            for pid, state in now.items():
                before = self.known.get(pid)
                if before is None:
                    self.note("seen", pid, state)
                elif (before["exe"], before["cmdline"]) != (state["exe"], state["cmdline"]):
                    self.note("change", pid, state)
                elif before["ppid"] != state["ppid"]:
                    self.note("reparent", pid, state)
            for pid in [p for p in self.known if p not in now]:
                del self.known[pid]
                self.lines.append({"t": round(time.time(), 3), "ev": "gone", "pid": pid})

    def end(self):
        self.stop.set()
        self.join()
        return "".join(json.dumps(line) + "\n" for line in self.lines)


class Peer:
    """The other side: accepts, hands commands to whoever calls, serves one script."""

    def __init__(self, *ends, say=b""):
        self.sockets = []
        for address, port in ends:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listener = socket.socket(family, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(32)
            self.sockets.append(listener)
            threading.Thread(target=self.serve, args=(listener, say), daemon=True).start()

    @staticmethod
    def serve(listener, say):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=Peer.talk, args=(connection, say), daemon=True).start()

    @staticmethod
    def talk(connection, say):
        with connection:
            connection.settimeout(1.5)
            try:
                if say:
                    connection.sendall(say)
                while connection.recv(4096).endswith(b"\r\n\r\n") is False:
                    pass
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\necho staged\n")
            except OSError:
                pass

    def close(self):
        for listener in self.sockets:
            listener.close()


class Stage:
    """One scenario being played."""

    def __init__(self, name):
        self.name = name
        self.timeline = []
        self.marks = {}
        self.started = []

    def spawn(self, command, login, uid=0, **options):
        def before():
            os.setsid()
            with open("/proc/self/loginuid", "w") as own:
                own.write(str(login))
            if uid:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
        process = subprocess.Popen(
            ["/bin/sh", "-c", command], preexec_fn=before, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", **options)
        self.started.append(process)
        return process

    def run(self, command, login, **options):
        self.timeline.append((time.time(), ("# " if login == ADMIN else "$ ") + command))
        process = self.spawn(command, login, **options)
        try:
            return process.communicate(timeout=25)[0].decode("latin-1")
        except subprocess.TimeoutExpired:
            process.kill()
            return ""

    def admin(self, command):
        """Somebody with a login session does it."""
        return self.run(command, ADMIN)

    def daemon(self, command, **options):
        """Something without a login session does it: a service manager, cron, a package job."""
        return self.run(command, DAEMON, **options)

    def service(self, command, **options):
        """A server that stays in the foreground."""
        return self.spawn("exec " + command, DAEMON, **options)

    def http(self, url, pause=0.7):
        self.timeline.append((time.time(), "HTTP " + url))
        sh(f"curl -s -g -m 4 '{url}'", check=False)
        time.sleep(pause)

    def mark(self, name):
        self.marks[name] = round(time.time(), 3)


def end_processes():
    for _ in range(3):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if open(f"/proc/{pid}/loginuid").read() in (str(DAEMON), str(ADMIN)):
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.2)


def record(scenario, out, audit):
    """Plays one scenario and writes its folder."""
    folder = pathlib.Path(out, scenario.name)
    shutil.rmtree(folder, ignore_errors=True)
    stage = Stage(scenario.name)
    logs = {}
    try:
        scenario.before(stage)
        time.sleep(0.6)
        with Rules():
            audit.take()
            for name, path in scenario.logs.items():
                logs[name] = (path, os.path.getsize(path) if os.path.exists(path) else 0)
            flows = subprocess.Popen(
                ["conntrack", "-E", "-o", "timestamp,extended,id"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            hidden = scenario.hidden
            processes = Processes(lambda exe: exe in hidden)
            processes.start()
            stage.mark("begin")
            scenario.act(stage)
            time.sleep(scenario.linger)
            stage.mark("end")
            snapshot = processes.end()
            flows.terminate()
            records = audit_log(audit.take())
            folder.mkdir(parents=True)
            (folder / "conntrack.log").write_text(flows.communicate()[0])
        (folder / "audit.log").write_text(records, encoding="latin-1")
        (folder / "procs.jsonl").write_text(snapshot)
        for name, (path, start) in logs.items():
            if os.path.exists(path):
                data = open(path, "rb").read()
                (folder / name).write_bytes(data[start if len(data) >= start else 0:])
        for name, text in scenario.texts.items():
            (folder / name).write_text(text)
        for each in folder.iterdir():
            if each.stat().st_size == 0:
                each.unlink()
        label = {
            "scenario": scenario.name, "malicious": scenario.malicious, "what": scenario.what,
            "origin": "real: Debian 12, kernel " + os.uname().release,
            "expected": [{"alert": scenario.alert, "severity": scenario.severity,
                          "codes": scenario.codes}],
            "site": {**SITE, **scenario.site}, "marks": stage.marks,
            "timeline": [f"{at:.3f} {what}" for at, what in stage.timeline]}
        (folder / "label.json").write_text(json.dumps(label, indent=1) + "\n")
    finally:
        scenario.after(stage)
        end_processes()
    size = sum(f.stat().st_size for f in folder.iterdir())
    print(f"{scenario.name}: {size // 1024} KB", flush=True)
