"""Credentials of any issuer, known by being drawn; and what looks alike and is none."""

from __future__ import annotations

import random
import string

import pytest

from engine.redact import redact
from engine.redact.shell_rules import mask

LOWER, MIXED = string.ascii_lowercase + string.digits, string.ascii_letters + string.digits
HARMLESS = """
git show 3f786850e387550fdab836ed7e6dc881de23001b
git checkout feature/JIRA-1234-add-user-authentication-flow-v2
docker pull nginx@sha256:2b7412e6465c3c7fc5bb21d3e6f1917c167358449fecac8176c6e496e5c1f05f
docker exec -u root -p 8080:80 4f66ad9a0b2e sh
sudo -u postgres mkdir -p /var/lib/postgresql
docker run -u 1000 -p 3000 node:20-alpine
kubectl logs payments-deployment-5d59d67564-k8xzv
cat /nix/store/5q3vqnl0mcdjmqmsvbzg8pj9zfk9d1lv-python3-3.11.7/bin/python
echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk3Yp1dUuXz9pQ mara" >> authorized_keys
curl -O https://files.example.org/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit
mv 20240131T235959Z-backup-x86_64-linux-gnu.tar.gz old/
pip install torch==2.1.0+cu118 --index-url https://download.pytorch.org/whl/cu118
open 550e8400-e29b-41d4-a716-446655440000
cp IMG_20231231_235959_BURST001_COVER.jpg x
aws ec2 describe-instances --instance-ids i-0abcdef1234567890
terraform import aws_vpc.main vpc-0a1b2c3d4e5f67890
""".strip().splitlines()


def drawn(number: int, alphabet: str, length: int) -> str:
    return "".join(random.Random(number).choices(alphabet, k=length))


@pytest.mark.parametrize("before", ["", "zk_", "acme-live-", "AcmeKey.", "a1_b2_"])
@pytest.mark.parametrize(("alphabet", "length"), [(MIXED, 32), (MIXED, 40), (LOWER, 36), (LOWER, 48)])
def test_most_drawn_words_are_hidden_whoever_issued_them(before: str, alphabet: str, length: int) -> None:
    tokens = [before + drawn(number, alphabet, length) for number in range(100)]
    for hide in (redact, mask):
        shown = [token for token in tokens if token[-length:] in hide(f"deploy --to prod {token} now")]
        assert len(shown) <= 8, shown


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_looks_drawn_stays(line: str) -> None:
    assert redact(line) == line
    assert mask(line) == line or "AAAA" in line  # a hook cannot tell a public key


@pytest.mark.parametrize(
    "line",
    [
        "twine upload -u mara -p {} dist/x",
        "ipmitool -H h -U mara -P {} power on",
        'curl -d \'{{"user":"mara","password":"{}"}}\' https://x',
        "ssh-keygen -t ed25519 -N {} -f key",
        "rabbitmqctl add_user mara {}",
        'echo "mara:{}" | sudo chpasswd',
        "sqlplus mara/{}@orders",
        "lftp -u mara,{} host",
        "poetry config http-basic.shop mara {}",
        "sudo -S ls <<< {}",
        "gh secret set DEPLOY --body {}",
        'ansible-playbook x -e "db_pass={}"',
    ],
)
def test_programs_that_take_a_password_in_their_own_way(line: str) -> None:
    for hide in (redact, mask):
        safe = hide(line.format("Wuerfel7haus"))
        assert "Wuerfel7haus" not in safe and "‹secret:" in safe
        assert safe.split("‹")[0] == line.format("\0").split("\0")[0]


def test_long_lines_take_no_time_that_grows_with_their_square() -> None:
    for unit in ("x", "x1", "pass", "a-", "-u a -b c ", "g1"):
        redact(unit * (8000 // len(unit)))
        mask(unit * (8000 // len(unit)))
