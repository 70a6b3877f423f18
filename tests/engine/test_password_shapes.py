"""How programs take a password on their command line: each way is hidden by the engine and by the hooks alike."""

from __future__ import annotations

import pytest

from engine.redact import redact
from engine.redact.shell_rules import mask

# {} is the password; one line for each way, not for each program.
WAYS = [
    *("mysql --user root -p{} shop", "mycli -p{}", "sshpass -p {} ssh host uptime", "mongosh -u mara -p {} db"),
    *("tool login -u mara -p {} registry.io", "fancy login --user mara -p {}", "ibmcloud login -u mara -p {} -r x"),
    *("redis-cli -h host -a {}", "redis-cli config set requirepass {}", "ldapsearch -x -D cn=a -w {} -b dc=x"),
    *(
        "zip -P {} -r a.zip a",
        "7z a -p{} a.7z a",
        "rar a -hp{} a.rar a",
        "unrar x -p{} a.rar",
        "steghide embed -p {} -cf a",
    ),
    *("openssl enc -aes-256-cbc -in a -out b -k {}", "openssl passwd -6 {}", "mkpasswd -m sha-512 {}"),
    *("openssl pkcs12 -export -passout pass:{} -in a", "htpasswd -nbm mara {}", "htpasswd -b users mara {}"),
    *("pdfinfo -upw {} a.pdf", "qpdf --encrypt mara {} 256 -- a.pdf b.pdf", "pdftk a.pdf input_pw {} output b.pdf"),
    *(
        "xxh host ++password {}",
        "imapsync --host1 a --password1 {} --host2 b",
        "plink -pw {} host",
        "npm publish --otp {}",
    ),
    *(
        "xfreerdp /u:mara /p:{} /v:host",
        "systeminfo /s host /u mara /p {}",
        "net use z: \\\\host\\share {}",
        "net user mara {}",
    ),
    *("smbclient //host/share -U mara%{}", "rpcclient --user dom\\mara%{} host", "psexec.py corp/mara:{}@host whoami"),
    *(
        "GetADUsers.py -all -dc-ip 10.0.0.1 corp/mara:{}",
        "serve --basic-auth mara:{} --port 80",
        "curl -u mara:{} x.org",
    ),
    *("trdsql -driver mysql -dsn 'mara:{}@host/shop' -a x", "mysql -e \"CREATE USER mara IDENTIFIED BY '{}'\""),
    *(
        "psql -c \"ALTER USER mara WITH PASSWORD '{}'\"",
        'mongosh --eval \'db.createUser({{user: "mara", pwd: "{}"}})\'',
    ),
    *("echo {} | docker login -u mara --password-stdin", "echo -n '{}' | argon2 salt", "yes {} | passwd mara"),
    *(
        "printf '%s' {} | gh secret set DEPLOY",
        "echo {} | sudo -S ls",
        "kinit mara <<< {}",
        "echo {} | pass insert -e mail",
    ),
    *("kubectl create secret generic a --from-literal=any={}", "vault kv put secret/app any={}", "vault login {}"),
    *("aws secretsmanager create-secret --name a --secret-string {}", "az keyvault secret set --name a --value {}"),
    *("aws ssm put-parameter --type SecureString --name a --value {}", "pulumi config set --secret a {}"),
    *(
        "dotnet user-secrets set a {}",
        "nuget setapikey {}",
        "dotnet nuget push a.nupkg -k {} -s x",
        "ngrok config add-authtoken {}",
    ),
    *(
        "cargo login {}",
        "snyk auth {}",
        "bw unlock {}",
        "security unlock-keychain -p {} login.keychain",
        "travis encrypt {}",
    ),
    *("networksetup -setairportnetwork en0 net {}", "create_ap wlan0 eth0 net {}", "wpa_passphrase net {}"),
    *(
        "nmcli device wifi connect net password {}",
        "snmpwalk -v3 -l authPriv -u mara -a SHA -A {} host",
        "lftp -u mara,{} host",
    ),
    *(
        "grafana cli admin reset-admin-password {}",
        "service auth {}",
        "mount -t cifs -o username=mara,password={} //h/s /m",
    ),
    *(
        "Server Map?Name=x?ServerPassword={}",
        "az storage blob list --account-name a --account-key {}",
        "ftptool -u mara -p{} host",
    ),
    *(
        'expect -c \'expect "assword"; send "{}\\r"\'',
        "git clone https://mara:{}@host/a.git",
        "keytool -storepasswd -new {}",
    ),
]
HARMLESS = [
    *(
        "mysql -u mara -p database2",
        "mkdir -p Build2024x",
        "sudo -u postgres createdb -p 5433 shop2",
        "ssh -l mara -p 2222 host",
    ),
    *(
        "read -s -p 'Password: ' answer",
        "find . -user mara -print0",
        "grep -P 'Release2024' a",
        "docker run -u node:node -p 80:80 a",
    ),
    *(
        "docker run --user 1000:1000 a",
        "docker pull nginx:1.25-alpine@sha256:" + "3f" * 32,
        "npm i react18@npm:react@18.2.0",
    ),
    *(
        "scp a host:b",
        "git push -u origin feature2",
        "journalctl -u nginx -p warning",
        "kubectl get secret db2 -o yaml",
    ),
    *(
        "kubectl get secret tls-cert-2024",
        "tmux new -s Session2024",
        "date -u '+%Y-%m-%d'",
        "docker compose -p project2024 up",
    ),
    *("curl -u mara https://x.org", "rspec spec/password_spec.rb:12", "git log -p src/auth.py", "make -k All2Tests"),
    *("rsync -a a/ mara@host:b2/", "echo hello | tee secret-notes2.txt", "pytest -k test_login2", "cp -u a -p b2"),
    *(
        "curl https://host:8443/a@b2",
        "ssh-keygen -t ed25519 -C mara@host",
        "git log --author mara -p src2",
        "ps -u mara -p 12",
    ),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", ["Wuerfel7haus", "kastanie-4711"])
def test_a_password_is_hidden_however_it_is_given(way: str, secret: str) -> None:
    line = way.format(secret)
    for hide in (redact, mask):
        shown = hide(line)
        assert secret not in shown and secret[2:-2] not in shown and "‹secret:" in shown
        assert shown.startswith(way.split()[0])


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_looks_like_it_stays(line: str) -> None:
    assert redact(line) == line
    assert mask(line) == line
