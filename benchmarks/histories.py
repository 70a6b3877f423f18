"""Seeded shell histories with planted routines: what was planted is known, so what is found can be judged.

Routines are composed at random from common and from made-up commands, 3 to 8 steps, with one to three parameters that
come back in later steps (also inside words: a version in a tag, a branch in a message). `noise` is the probability that
a step is left out, swapped with the next, or has unrelated commands put before it. Whole routines also run interleaved.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from engine.model import Execution

# `{kind}` is a place for a value; `{kind:form}` writes it inside other text.
COMMANDS = """
git checkout -b {branch}|git switch {branch}|git checkout {branch}|git merge --no-ff {branch}|git rebase {branch}
git push -u origin {branch}|git push origin {branch}|git branch -D {branch}|git push --delete origin {branch}
git worktree add ../{name} {branch}|git commit -m "{name}: update"|git commit -m "merge {branch}"|git add {path}
git tag -a v{version} -m "release {version}"|git tag v{version}|git push origin v{version}
git commit -am "bump to {version}"|npm version {version}|npm publish|npm run build|npm ci|npm test
npm run lint -- --fix|yarn install|yarn build|docker build -t acme/{name}:{version} .
docker push acme/{name}:{version}|docker compose up -d {name}|docker stop {name}|docker rm {name}
docker compose restart {name}|docker run --rm -it acme/{name}:{version} sh|docker system prune -f
kubectl set image deployment/{name} app=acme/{name}:{version}|kubectl rollout status deployment/{name}
kubectl apply -f deploy/{name}.yaml|kubectl rollout restart deployment/{name}|kubectl delete pod {name}-0
helm upgrade --install {name} charts/{name}|terraform plan -out {name}.plan|terraform apply {name}.plan
terraform init|gh pr create --title "{name}" --base main|gh pr merge {number} --squash|gh pr checkout {number}
gh issue close {number}|gh release create v{version} --notes-file CHANGELOG.md|twine upload dist/*|python -m build
hatch version {version}|pytest tests/test_{name}.py|pytest -q|ruff check --fix .|mypy src|black src/{name}.py
pre-commit run --all-files|python manage.py makemigrations {name}|python manage.py migrate {name}
python manage.py startapp {name}|alembic revision -m "{name}"|alembic upgrade head|psql -f migrations/{name}.sql
pg_dump -f {name}.sql app|mkdir -p src/{name}|touch src/{name}/__init__.py|cp templates/base.py src/{name}/main.py
cd src/{name}|rm -rf build|chmod +x scripts/{name}.sh|./scripts/{name}.sh|bash scripts/deploy.sh {env}
ssh {host} uptime|scp {path} {host}:/tmp|rsync -az dist/ {host}:/srv/{name}|systemctl restart {name}
journalctl -u {name} -n 50|curl -fsS https://{host}/health|make build|make deploy ENV={env}|make clean|make test
cargo build --release|cargo test|cargo publish|go build ./...|go test ./...|go mod tidy|tar czf {name}.tar.gz {name}
aws s3 cp {name}.tar.gz s3://backups/{name}.tar.gz|sed -i s/x/y/ {path}|shipctl stage {name} --env {env}
shipctl promote {name} --env {env}|shipctl verify --env {env}|qdeploy {env}|ledgerly import {path}
ledgerly reconcile --date {date}|fooctl drain {host}|fooctl uncordon {host}|renderfarm submit {name}
mv {path} archive/{name}|zip -r {name}.zip {name}|flask db migrate -m "{name}"|flask db upgrade|celery purge -f
""".replace("\n", "|").split("|")
COMMANDS = [command for command in map(str.strip, COMMANDS) if command]
BACKGROUND = """
ls|cd ..|git status|ls -la|git diff|git log --oneline|clear|cd {path}|vim {path}|cat {path}|grep -rn {name} src|pwd
git stash|git pull|less {path}|code .|docker ps|python {path}|git fetch|history|git add -p|git stash pop|top|man {name}
find . -name {name}|tail -f {path}|git show|echo {name}|which {name}|df -h|kubectl get pods|ping {host}|jobs|pip list
pip install {name}|head {path}|wc -l {path}|ps aux|env|git blame {path}|tree|date|fg|htop|open {path}|npm outdated
""".replace("\n", "|").split("|")
BACKGROUND = [command for command in map(str.strip, BACKGROUND) if command]
_WORDS = (
    """
billing search login invoice parser worker gateway reports cache session mailer orders catalog export ingest metrics
profile upload webhook scheduler notify audit ledger pricing stock basket router theme editor viewer quota token sync
""".strip()
    .replace("\n", " ")
    .split(" ")
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A routine: its steps with `{kind}` places, each kind one parameter, and how often it was planted."""

    steps: tuple[str, ...]
    times: int


@dataclass(frozen=True, slots=True)
class MadeHistory:
    executions: tuple[Execution, ...]
    planted: tuple[Planted, ...]


def value(kind: str, rng: random.Random) -> str:
    """A realistic value of a kind."""
    one, other = rng.choice(_WORDS), rng.choice(_WORDS)
    match kind:
        case "branch":
            return rng.choice([f"feature/{one}-{other}", f"fix/{one}-{rng.randint(1, 999)}", f"{one}-{other}"])
        case "version":
            return f"{rng.randint(0, 9)}.{rng.randint(0, 30)}.{rng.randint(0, 20)}"
        case "number":
            return str(rng.randint(10, 4000))
        case "path":
            return f"{rng.choice(['src', 'lib', 'docs', 'app'])}/{one}/{other}.{rng.choice(['py', 'md', 'ts', 'csv'])}"
        case "env":
            return rng.choice(["staging", "production", "qa", "dev", "canary"])
        case "host":
            return f"{one}{rng.randint(1, 40)}.example.org"
        case "date":
            return f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        case _:
            return rng.choice([f"{one}-{other}", f"{one}_{other}", one + other])


def fill(command: str, values: dict[str, str], rng: random.Random) -> str:
    """The command with its places filled; a kind that has no value yet gets one."""
    for kind in ("branch", "version", "number", "path", "env", "host", "date", "name"):
        if f"{{{kind}}}" in command:
            command = command.replace(f"{{{kind}}}", values.setdefault(kind, value(kind, rng)))
    return command


def planted_routine(rng: random.Random, times: int) -> Planted:
    """3 to 8 different steps, of which at least two share a parameter."""
    length = rng.randint(3, 8)
    while True:
        steps = rng.sample(COMMANDS, length)
        kinds = [
            kind
            for step in steps
            for kind in ("branch", "version", "name", "env", "host", "number")
            if f"{{{kind}}}" in step
        ]
        if len(kinds) > len(set(kinds)):
            return Planted(tuple(steps), times)


def _zipf(commands: Sequence[str], rng: random.Random) -> str:
    weights = list(accumulate(1 / rank for rank in range(1, len(commands) + 1)))
    return rng.choices(commands, cum_weights=weights)[0]


def _disturbed(steps: Sequence[str], noise: float, everything: Sequence[str], rng: random.Random) -> list[str]:
    done: list[str] = []
    waiting = list(steps)
    while waiting:
        step = waiting.pop(0)
        if rng.random() >= noise:
            done.append(step)
            continue
        kind = rng.randrange(3)
        if kind == 1 and waiting:
            done += [waiting.pop(0), step]
        elif kind == 2:
            done += [fill(_zipf(everything, rng), {}, rng) for _ in range(rng.randint(1, 2))]
            done.append(step)
    return done


def _interleaved(one: list[str], other: list[str], rng: random.Random) -> list[str]:
    mixed: list[str] = []
    one, other = list(one), list(other)
    while one or other:
        source = one if one and (not other or rng.random() < 0.5) else other
        mixed.append(source.pop(0))
    return mixed


def make_history(
    seed: int, *, noise: float = 0.0, routines: int = 6, times: tuple[int, int] = (4, 10), background: int = 400,
    between: float = 0.15, interleaving: float = 0.15,
) -> MadeHistory:  # fmt: skip
    """A history of several sessions; `background` commands stand around what was planted, and others between its steps
    with the probability `between`."""
    rng = random.Random(seed)
    everything = [*BACKGROUND, *rng.sample(COMMANDS, len(COMMANDS))]
    planted = tuple(planted_routine(rng, rng.randint(*times)) for _ in range(routines))
    runs: list[list[str]] = []
    for routine in planted:
        for _ in range(routine.times):
            values: dict[str, str] = {}
            steps = [fill(step, values, rng) for step in routine.steps]
            runs.append(_disturbed(steps, noise, everything, rng))
    rng.shuffle(runs)
    blocks: list[list[str]] = []
    while runs:
        block = runs.pop()
        if runs and rng.random() < interleaving:
            block = _interleaved(block, runs.pop(), rng)
        spread: list[str] = []
        for step in block:
            while rng.random() < between:
                spread.append(fill(_zipf(everything, rng), {}, rng))
            spread.append(step)
        blocks.append(spread)
    blocks += [[fill(_zipf(everything, rng), {}, rng)] for _ in range(background)]
    rng.shuffle(blocks)
    return MadeHistory(tuple(_executions(blocks, rng)), planted)


def random_history(seed: int, count: int) -> tuple[Execution, ...]:
    """Commands drawn independently from a Zipf distribution: nothing in it is a routine."""
    rng = random.Random(seed)
    everything = [*BACKGROUND, *COMMANDS]
    rng.shuffle(everything)
    return tuple(_executions([[fill(_zipf(everything, rng), {}, rng)] for _ in range(count)], rng))


def _executions(blocks: Sequence[Sequence[str]], rng: random.Random) -> list[Execution]:
    at, session, left = 1.7e9, 0, 0
    made: list[Execution] = []
    for block in blocks:
        if left <= 0:
            session += 1
            left = rng.randint(20, 60)
            at += 7200
        for line in block:
            at += rng.uniform(2, 40)
            made.append(
                Execution(at, line, exit_code=0, success=True, seconds=1.0, session=f"s{session}", id=len(made) + 1)
            )
            left -= 1
    return made
