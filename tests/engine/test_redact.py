# ruff: noqa: E501, RUF005 - a table reads best with a case a line
from __future__ import annotations

import random
import string
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.redact import find_secrets, redact

HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
BOTH = string.ascii_letters + string.digits
_random = random.Random(20251122)


def drawn(length: int, alphabet: str = BOTH) -> str:
    """A secret like an issuer's; put together here so that none stands in the repository."""
    return "".join(_random.choice(alphabet) for _ in range(length))


def dashed(*lengths: int, alphabet: str = HEX) -> str:
    return "-".join(drawn(length, alphabet) for length in lengths)


ISSUED = [
    ("aws", "AKIA" + drawn(16, UPPER)),
    ("aws", "ASIA" + drawn(16, UPPER)),
    ("google", "AIza" + drawn(35)),
    ("google", "ya29." + drawn(60)),
    ("google", "GOCSPX-" + drawn(28)),
    ("alibaba", "LTAI" + drawn(20)),
    ("digitalocean", "dop_v1_" + drawn(64, HEX)),
    ("heroku", "HRKU-" + dashed(8, 4, 4, 4, 12)),
    ("databricks", "dapi" + drawn(32, HEX)),
    ("vault", "hvs." + drawn(90)),
    ("terraform", drawn(14) + ".atlasv1." + drawn(64)),
    ("doppler", "dp.pt." + drawn(43)),
    ("azure", drawn(3) + "8Q~" + drawn(34)),
    ("github", "ghp_" + drawn(36)),
    ("github", "gho_" + drawn(36)),
    ("github", "ghs_" + drawn(36)),
    ("github", "github_pat_" + drawn(22) + "_" + drawn(59)),
    ("gitlab", "glpat-" + drawn(20)),
    ("gitlab", "glrt-" + drawn(20)),
    ("npm", "npm_" + drawn(36)),
    ("pypi", "pypi-" + "AgEIcHlwaS5vcmc" + drawn(70)),
    ("rubygems", "rubygems_" + drawn(48, HEX)),
    ("docker", "dckr_pat_" + drawn(27)),
    ("atlassian", "ATATT3" + drawn(180)),
    ("sentry", "sntrys_" + drawn(60)),
    ("grafana", "glsa_" + drawn(32) + "_" + drawn(8, HEX)),
    ("newrelic", "NRAK-" + drawn(27, UPPER)),
    ("postman", "PMAK-" + drawn(24, HEX) + "-" + drawn(34, HEX)),
    ("slack", "xoxb-" + dashed(12, 13, alphabet="0123456789") + "-" + drawn(24)),
    ("slack", "xoxp-" + dashed(11, 11, alphabet="0123456789") + "-" + drawn(32, HEX)),
    ("slack", "xapp-1-" + drawn(11, UPPER) + "-" + drawn(13, "0123456789") + "-" + drawn(64, HEX)),
    ("stripe", "sk_live_" + drawn(24)),
    ("stripe", "rk_test_" + drawn(24)),
    ("stripe", "whsec_" + drawn(32)),
    ("square", "sq0atp-" + drawn(22)),
    ("shopify", "shpat_" + drawn(32, HEX)),
    ("twilio", "SK" + drawn(32, HEX)),
    ("sendgrid", "SG." + drawn(22) + "." + drawn(43)),
    ("mailgun", "key-" + drawn(32, HEX)),
    ("mailchimp", drawn(32, HEX) + "-us14"),
    ("telegram", drawn(9, "123456789") + ":AA" + drawn(33)),
    ("figma", "figd_" + drawn(40)),
    ("linear", "lin_api_" + drawn(40)),
    ("notion", "ntn_" + drawn(46)),
    ("tailscale", "tskey-auth-" + drawn(17) + "-" + drawn(32)),
    ("supabase", "sbp_" + drawn(40, HEX)),
    ("planetscale", "pscale_tkn_" + drawn(43)),
    ("anthropic", "sk-ant-" + "api03-" + drawn(93)),
    ("openai", "sk-proj-" + drawn(48)),
    ("openai", "sk-" + drawn(48)),
    ("huggingface", "hf_" + drawn(34)),
    ("jwt", "eyJ" + drawn(33) + ".eyJ" + drawn(60) + "." + drawn(43)),
    ("age", "AGE-SECRET-KEY-1" + drawn(58, UPPER)),
]


@pytest.mark.parametrize(("kind", "token"), ISSUED, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(ISSUED)])
def test_an_issued_token_is_known_wherever_it_stands(kind: str, token: str) -> None:
    for before, after in [
        ("", ""),
        ("deploy ", " now"),
        ("x = '", "'\n"),
        ("a: b\nc: ", "\n" * 9),
        ('{"n": "', '"}'),
        ("(", ")"),
    ]:
        shown = redact(before + token + after)
        assert token not in shown and token[8:-1] not in shown
        assert shown == f"{before}‹secret:{kind}›{after}"


@pytest.mark.parametrize(("kind", "token"), ISSUED[:20], ids=str)
def test_the_middle_of_a_word_is_no_token(kind: str, token: str) -> None:
    assert kind not in {secret.kind for secret in find_secrets("x" + token)} or kind in ("azure", "terraform")


W = "T" + "r0ub4dor"  # a password as people choose them
K = drawn(40)
# (before the secret, the secret, after it)
COMMANDS = [
    ("mysql -u root -p", W, " shop"),
    ("mysqldump --single-transaction -p'", W + " x", "' shop > dump.sql"),
    ("sudo /usr/bin/mysql -p", W, ""),
    ("mysql --password=", W, " -e 'select 1'"),
    ("mysql --password ", W, ""),
    ("psql postgresql://app:", W, "@db.example.com/shop"),
    ("PGPASSWORD=", W, " psql -h db"),
    ("PGPASSWORD='", W, "' psql -h db"),
    ("export AWS_SECRET_ACCESS_KEY=", K, ""),
    ('export DB_PASSWORD="', W + "!$", '"'),
    ("FOO_TOKEN=", W, " make release"),
    ("env API_KEY=", W, " DEBUG=1 ./run"),
    ("docker run -e POSTGRES_PASSWORD=", W, " postgres:16"),
    ("docker run -e STRIPE_SECRET_KEY_2=", W, " app"),
    ("docker build --build-arg NPM_TOKEN=", W, " ."),
    ("docker login -u me -p ", W, " registry.example.com"),
    ("docker login --username me --password ", W, ""),
    ("helm registry login -u me -p ", W, " r.example.com"),
    ("az login --service-principal -u app -p ", W, " --tenant t"),
    ("curl -u me:", W, " https://example.com"),
    ("curl -sSu 'me:", W, "' https://example.com"),
    ("curl --user me:", W, " https://example.com"),
    ("curl -x http://me:", W, "@proxy:3128 https://example.com"),
    ("curl -H 'Authorization: Bearer ", K, "' https://example.com"),
    ("curl -H 'Authorization: Basic ", drawn(16) + "==", "' https://example.com"),
    ("curl -H \"authorization: token ", K, '" https://example.com'),
    ("curl -H 'X-Api-Key: ", W, "' https://example.com"),
    ("curl -H 'PRIVATE-TOKEN: ", W, "' https://example.com"),
    ("curl 'https://example.com/v1?user=me&api_key=", W, "&page=2'"),
    ("curl -d 'password=", W, "' https://example.com/login"),
    ("wget --http-password=", W, " https://example.com"),
    ("http -a me:", W, " example.com"),
    ("git clone https://me:", W, "@example.com/a/b.git"),
    ("git clone https://", K, "@example.com/a/b.git"),
    ("git remote set-url origin https://oauth2:", W, "@example.com/a/b.git"),
    ("git config --global hub.token ", W, ""),
    ("sshpass -p ", W, " ssh me@host"),
    ("sshpass -p", W, " ssh me@host"),
    ("redis-cli -h cache -a ", W, " ping"),
    ("ldapsearch -D cn=admin -w ", W, " -b dc=x"),
    ("mongosh -u me -p ", W, " db"),
    ("mongosh 'mongodb+srv://me:", W, "@cluster.example.net/x'"),
    ("sqlcmd -S db -U sa -P ", W, " -Q 'select 1'"),
    ("zip -r -P ", W, " out.zip dir"),
    ("7z a -p", W, " out.7z dir"),
    ("smbclient //host/share -U me%", W, ""),
    ("openssl enc -aes-256-cbc -pass pass:", W, " -in a -out b"),
    ("openssl req -newkey rsa -passout pass:", W, ""),
    ("xfreerdp /u:me /p:", W, " /v:host"),
    ("htpasswd -cb .htpasswd me ", W, ""),
    ("aws configure set aws_secret_access_key ", K, ""),
    ("npm config set //registry.example.com/:_authToken ", W, ""),
    ("echo '//registry.example.com/:_authToken=", W, "' >> .npmrc"),
    ("vault login ", W, ""),
    ("echo ", W, " | sudo -S apt update"),
    ("echo ", W, " | docker login -u me --password-stdin"),
    ("gh auth login --with-token=", W, ""),
    ("twine upload -u __token__ --password ", W, " dist/*"),
    ("ansible-playbook site.yml -e ansible_become_password=", W, ""),
    ("kubectl create secret generic db --from-literal=password=", W, ""),
    ("heroku config:set MAIL_PASS=", W, " -a app"),
    ("terraform apply -var db_password=", W, ""),
    ("keytool -storepass ", W, " -list"),
    ("java -Djavax.net.ssl.keyStorePassword=", W, " -jar a.jar"),
    ("sqlplus 'Server=db;User Id=sa;Password=", W, ";'"),
    ("gpg --batch --passphrase ", W, " -c file"),
    ("rails runner --api-key ", W, ""),
    ("fly deploy --access-token=", W, ""),
    ("ACCESS_TOKEN=", K, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "secret", "after"), COMMANDS, ids=[before.strip()[:40] for before, _, _ in COMMANDS]
)
def test_a_command_line_keeps_all_but_its_secret(before: str, secret: str, after: str) -> None:
    found = find_secrets(before + secret + after)
    assert [(one.start, one.end) for one in found] == [(len(before), len(before) + len(secret))]
    assert redact(before + secret + after) == f"{before}‹secret:{found[0].kind}›{after}"


HARMLESS = """\
git log -p --stat
git log -p -3 engine/store
git add -p
git push -u origin main
git commit -m "Fix the password reset mail"
git commit -m "Rename token to access_token in the API"
git commit -am 'Authorization: explain the header'
git config user.email me@example.com
git config --global credential.helper store
git clone git@github.com:octo/repo.git
git clone https://github.com/octo/repo.git
git clone https://octo@github.com/octo/repo.git
git clone ssh://git@example.com:2222/octo/repo.git
git checkout 3f786850e387550fdab836ed7e6dc881de23001b
git show 89e6c98d92887913cadf06b2adb97f26cde4849b:engine/model.py
git rebase -i HEAD~3
git stash -p
git grep -n "api_key ="
mkdir -p src/components/auth
cp -pr a b
ls -p
ps -ef | grep -v grep
ps aux -u postgres
ssh -p 2222 me@host
ssh -i ~/.ssh/id_ed25519 me@host
scp -P 2222 a.txt me@host:/tmp/a.txt
rsync -e 'ssh -p 22' -avz a/ host:b/
docker run -p 8080:80 nginx
docker run --rm -it -p 5432:5432 -e POSTGRES_USER=app postgres:16
docker run -e POSTGRES_PASSWORD postgres:16
docker run -e POSTGRES_PASSWORD=$PGPASS postgres:16
docker run -e API_TOKEN="$API_TOKEN" app
docker compose up -d
docker login registry.example.com
docker login -u me --password-stdin registry.example.com
cat token.txt | docker login -u me --password-stdin
docker build -t app:1.2.3 .
docker pull postgres@sha256:3f786850e387550fdab836ed7e6dc881de23001b89e6c98d92887913cadf06b2
kubectl get secret db -o yaml
kubectl create secret generic db --from-file=password=./password.txt
kubectl get pods -A --selector app=token-service
kubectl port-forward svc/db 5432:5432
helm upgrade app ./chart --set image.tag=1.2.3
terraform plan -var-file=prod.tfvars
terraform apply -var region=eu-west-1
aws s3 cp a s3://bucket/key
aws configure set region eu-west-1
aws secretsmanager get-secret-value --secret-id prod/db
gcloud auth login
gcloud auth print-access-token
az login
az account get-access-token --resource https://graph.microsoft.com
gh auth login
gh auth token
gh secret set API_TOKEN < token.txt
gh pr create --title "Add token refresh" --body "Closes #12"
npm ci
npm run build -- --token-file x
npm config set registry https://registry.example.com/
npm publish --access public
npm login
yarn config set npmAuthToken
pip install -r requirements.txt
pip install --index-url https://pypi.example.com/simple pkg
pip install 'passlib>=1.7' python-jose tokenizers
python -m pytest -p no:cacheprovider tests/test_auth.py
python -m http.server 8000
python manage.py changepassword admin
python manage.py drf_create_token admin
pytest -k "token and not password" -x
uv pip compile pyproject.toml -o requirements.lock
poetry add python-dotenv
curl -s https://example.com/api/users | jq .
curl -X POST -H 'Content-Type: application/json' -d @body.json https://example.com
curl -u "$USER:$PASSWORD" https://example.com
curl -u me https://example.com
curl -H "Authorization: Bearer $TOKEN" https://example.com
curl -H "Authorization: Bearer ${TOKEN}" https://example.com
curl -H "Authorization: Bearer $(gcloud auth print-access-token)" https://example.com
curl -H "X-Api-Key: $KEY" https://example.com
curl -fsSL https://example.com/install.sh -o install.sh
curl -o out.json 'https://example.com/search?q=password&page=2'
curl --user-agent 'Mozilla/5.0' https://example.com
curl https://example.com:8443/a@b
wget -P downloads https://example.com/a.tar.gz
wget -qO- https://example.com/key.asc | gpg --import
mysql -u root -p shop
mysql -u root -p
mysql -h db -P 3306 -u app shop < dump.sql
mysql -u app -p$MYSQL_PWD shop
mysql -u app -p"$MYSQL_PWD" shop
mysqldump --port=3307 shop > shop.sql
psql -h localhost -p 5432 -U app shop
psql "$DATABASE_URL"
psql postgresql://app@localhost/shop
psql postgresql://app:$PASS@localhost/shop
psql -c 'alter user app with password null'
redis-cli -p 6379 ping
redis-cli keys 'session:*'
mongosh --port 27017 shop
mongodump --db shop --out dump
sqlite3 app.db 'select token_count from usage'
export PATH=$HOME/.local/bin:$PATH
export EDITOR=vim
export TOKEN=$(cat ~/.token)
export AWS_PROFILE=prod
export SSH_AUTH_SOCK=/run/user/1000/ssh-agent.sock
export GOOGLE_APPLICATION_CREDENTIALS=/home/me/key.json
export SSL_KEY=./certs/server.key
MAX_TOKENS=4096 python train.py
TOKEN_LIMIT=10 make test
N_TOKEN=5 ./run
KEY=value ./run
SORT_KEY=name ./list
PRIMARY_KEY=id ./gen
PUBLIC_KEY=~/.ssh/id.pub ./copy
OLDPWD=/tmp cd -
PWD=/srv/app env
DEBUG=1 DJANGO_SETTINGS_MODULE=shop.settings python manage.py runserver
NODE_ENV=test jest --testNamePattern 'password'
CI=true npm test
ssh-keygen -t ed25519 -C me@example.com
ssh-keygen -p -f ~/.ssh/id_ed25519
ssh-add ~/.ssh/id_ed25519
ssh-copy-id -i ~/.ssh/id.pub me@host
openssl genrsa -out key.pem 2048
openssl req -new -key key.pem -out req.csr -passin file:pass.txt
openssl rand -hex 32
openssl enc -aes-256-cbc -pass env:SECRET -in a -out b
gpg --export-secret-keys me@example.com > key.asc
gpg --recipient me@example.com --encrypt file
pass show email/work
pass insert -m web/site
passwd me
vault kv get secret/db
vault login -method=oidc
vault status
ansible-vault edit secrets.yml
ansible-playbook site.yml --ask-become-pass
ansible-playbook site.yml --vault-password-file ~/.vault
htpasswd -c .htpasswd me
useradd -m -p '*' me
ldapsearch -x -W -D cn=admin -b dc=example
sudo -u postgres psql
sudo -S true < /dev/null
su - postgres
zip -r out.zip dir
unzip -p out.zip file.txt
tar -xzpf a.tgz
7z x out.7z
nmap -p 1-1024 host
nc -zv host 443
lsof -i :8080 -P
netstat -tlnp
top -p 1234 -u me
kill -9 4242
find . -name '*token*' -print
grep -rn "password" src --include=*.py
grep -i secret -r .
rg -i 'bearer token' docs
rg "BEGIN PRIVATE KEY"
sed -i 's/api_key/api_token/g' config.py
awk -F: '{print $1}' /etc/passwd
cat /etc/passwd
vim tests/test_password_reset.py
code src/auth/token.ts
make test TEST=tests/test_auth.py
make -j4 -p
cargo login
cargo test --package token-stream
go test ./internal/auth/... -run TestToken
go build -ldflags "-X main.version=1.2.3" ./...
mvn -Dtest=TokenServiceTest test
./gradlew test --tests '*PasswordEncoderTest'
java -jar app.jar --server.port=8080
dotnet user-secrets list
rails credentials:edit
rails generate model Token user:references value:string
bundle exec rspec spec/models/token_spec.rb
php artisan key:generate
composer require firebase/php-jwt
systemctl status ssh
journalctl -u nginx -p err
crontab -u me -l
chmod 600 ~/.ssh/id_ed25519
chown -R me:staff /srv
rclone copy a remote:b -P
tmux new -s token
screen -S auth
flyctl secrets list
heroku config:get DATABASE_URL
heroku login
stripe listen --forward-to localhost:3000/webhook
firebase login:ci
vercel env pull
wrangler secret put API_KEY
doctl auth init
op read op://vault/item/password
bw get password github
pulumi config set --secret dbPassword
sops -d secrets.enc.yaml
age -d -i key.txt secrets.age
jq -r .token response.json
yq '.auth.password' config.yaml
base64 -d <<< aGVsbG8gd29ybGQ=
sha256sum file
echo "token: $TOKEN"
echo done | tee log
echo hello world
printf '%s\\n' "$PASSWORD" | docker login -u me --password-stdin
history | grep token
man passwd
which pass
http GET example.com/items page==2
http --auth-type bearer --auth "$TOKEN" example.com
xh post example.com name=me
ab -n 100 -c 10 https://example.com/
patui apply PAT-TOKEN-001 --set name=x
./manage --password-file /run/secrets/db
./tool --token
./tool --api-key $KEY --verbose
./tool --token-limit 500 --secret-name db
./tool --password --user me
./tool --password=<password>
./tool --token=YOUR_TOKEN --password=********
./tool --passphrase-fd 0
""".splitlines()


def test_harmless_commands_stay_as_they_are() -> None:
    assert len(HARMLESS) > 200
    assert [(line, redact(line)) for line in HARMLESS if find_secrets(line)] == []


FILES = [
    ('API_KEY = "', K, '"\n'),
    ('{"client_secret": "', K, '"}\n'),
    ("  api-key: ", drawn(32, HEX), "\n"),
    ("const accessToken = '", K, "';\n"),
    ("private_key => '", K, "',\n"),
    ('password := `x`; token := "', K, '"\n'),
    ("DB_PASSWORD=", W, "\n"),
    ("ENV APP_SECRET=", W, "\n"),
    ("  run: curl -u deploy:", W, " https://example.com\n"),
    ("url: https://me:", W, "@example.com/x\n"),
    ("//registry.example.com/:_authToken=", drawn(36), "\n"),
    ("conn = 'DefaultEndpointsProtocol=https;AccountKey=", drawn(86) + "==", "'\n"),
    ("hook: https://hooks.slack.com/services/", "T" + drawn(8, UPPER) + "/B" + drawn(8, UPPER) + "/" + drawn(24), "\n"),
]
LINES = "".join(f"line {number} of a file\n" for number in range(6))


@pytest.mark.parametrize(("before", "secret", "after"), FILES, ids=[before.strip()[:30] for before, _, _ in FILES])
def test_a_file_with_a_secret_is_known(before: str, secret: str, after: str) -> None:
    shown = redact(LINES + before + secret + after + LINES)
    assert secret not in shown
    assert shown.startswith(LINES + before) and shown.endswith(after + LINES)


CODE = """\
from engine.auth import token, get_password
def login(user: str, password: str, token=None, secret_key=settings.SECRET_KEY):
    access_token = await self._session.async_get_access_token(user, password=password)
    oauth_session: config_entry_oauth2_flow.OAuth2Session = make(api_key=self.config["api_key"])
    headers = {"Authorization": f"Bearer {access_token}", "X-Api-Key": self._api_key}
    basic = BasicAuth(self._username, password=self._password)
    CONF_TOKEN = "token"; CONF_PASSWORD = "password"; ATTR_KEY = "translation_key"
    key = "3f786850e387550fdab836ed7e6dc881de23001b"
    checksums = {'tokenizers-0.22.2.tar.gz': '473b83b915e547aa366d1eee11806deaf419e17be16310ac0a14077f1e285917'}
    password: "test-password-1"  # in a test
    uuid = "123e4567-e89b-12d3-a456-426614174000"
    parser.add_argument("--password", help="Use --password to set the password, or --token for a token")
See https://user:password@example.com/ and use the bearer authentication scheme, Bearer tokens are opaque.
    url = f"https://{user}:{password}@{host}/"; TOKEN=${TOKEN} DB_PASSWORD=<password> API_KEY=xxxxxxxx
    Authorization: Basic realm, authorization = get_authorization_header(request)
    secret: !secret api_token
    token_url: https://example.com/oauth2/token
    mysql -u root -p shop
""" + LINES  # fmt: skip


def test_code_about_secrets_holds_none() -> None:
    assert redact(CODE) == CODE


def test_a_private_key_goes_as_a_whole() -> None:
    line = "-----{} " + "RSA PRIVATE" + " KEY-----"
    block = "\n".join([line.format("BEGIN"), drawn(64), drawn(64), line.format("END")])
    assert redact(f"a\n{block}\nb\n") == "a\n‹secret:private-key›\nb\n"
    assert redact(f"a\n{block[:120]}") == "a\n‹secret:private-key›"


def test_overlapping_shapes_are_one_secret() -> None:
    token = "ghp_" + drawn(36)
    assert redact(f"curl -H 'Authorization: Bearer {token}'") == "curl -H 'Authorization: Bearer ‹secret:github›'"
    assert redact(f"GITHUB_TOKEN={token}") == "GITHUB_TOKEN=‹secret:github›"
    assert redact(f"GITHUB_TOKEN={token}.more") == "GITHUB_TOKEN=‹secret:github›"


def test_several_secrets_in_one_line() -> None:
    shown = redact(f"A_TOKEN={W} curl -u me:{W} https://x:{W}@example.com -H 'Authorization: Bearer {K}'")
    assert W not in shown and K not in shown and shown.count("‹secret:") == 4


pieces = st.lists(
    st.sampled_from(
        [
            "mysql ",
            "-p",
            "--password",
            "=",
            " ",
            "curl ",
            "-u ",
            "me:",
            "TOKEN=",
            "://",
            "@",
            ":",
            "'",
            '"',
            "\n",
            "Bearer ",
        ]
        + ["Authorization: ", "key: ", "eyJ", ".", "-----BEGIN PRIVATE KEY-----", "ghp_", W, K, "é", "$X", "ß", "İ"]
    ),
    max_size=12,
).map("".join)


@settings(deadline=None)
@given(st.one_of(pieces, st.text(max_size=80)))
def test_spans_are_in_order_and_redacting_again_changes_nothing(text: str) -> None:
    found = find_secrets(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert redact(redact(text)) == redact(text)
    rebuilt = redact(text)
    for one in found:
        rebuilt = rebuilt.replace(f"‹secret:{one.kind}›", text[one.start : one.end], 1)
    assert rebuilt == text


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "-" * 100_000, "mysql " * 20_000, "curl -u " * 12_000, "a:" * 50_000, "key=" * 25_000, "eyJ" * 33_000]
    + ["://" + "a" * 100_000, "TOKEN=" * 16_000, "-p-" * 33_000, "docker login " * 8000, "A_" * 50_000, "Bearer " * 14_000]
    + ["-----BEGIN PRIVATE KEY-----" * 4000, "--a-" * 25_000, 'password="' * 10_000, "a/" * 50_000, "echo " * 20_000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    find_secrets(text)
    find_secrets(text[:9000])  # as a command
    assert time.process_time() - began < 2.0
