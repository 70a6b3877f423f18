"""A second generator of histories, to check what was chosen on the first: nothing is tuned on it.

It differs where people differ: routines are written out as somebody would do them (firmware, data, phones, papers,
servers, games), not drawn; the work around them has habits (`cd` and then `ls`, an editor and then the diff), files
that come back, and two terminals at a time; several steps stand in one line now and then; a step that fails is typed
again; and a step in the middle (test, build) is done over and over until it passes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from benchmarks.histories import MadeHistory, Planted
from engine.model import Execution

# A routine a paragraph, its steps parted by semicolons.
ROUTINES = """
west build -b {board} app/{app} ; west flash --runner {probe} ; minicom -D /dev/{tty}

idf.py set-target {board} ; idf.py build ; idf.py -p /dev/{tty} flash ; idf.py -p /dev/{tty} monitor

dvc pull data/{set}.dvc ; python train.py --config conf/{set}.yaml ; dvc push ; git tag exp-{set}-{day} ;
mlflow ui

Rscript clean.R raw/{set}.csv ; Rscript fit.R tidy/{set}.rds ; quarto render reports/{set}.qmd ;
scp reports/{set}.html {host}:/var/www

latexmk -pdf papers/{paper}.tex ; bibtex papers/{paper} ; pdftotext papers/{paper}.pdf - ;
chktex papers/{paper}.tex

adb uninstall com.acme.{app} ; adb install out/{app}.apk ; adb shell am start com.acme.{app} ; adb logcat -c

fastlane bump version:{release} ; fastlane beta app:{app} ; hg tag {release} ; hg push --rev {release}

mvn versions:set -DnewVersion={release} ; mvn -q verify ; mvn deploy -DskipTests ;
svn copy trunk tags/{release} -m "cut {release}"

sbt "project {app}" ; sbt {app}/test ; sbt {app}/assembly ; scp {app}/target/{app}.jar {host}:/opt/jars ;
ssh {host} sudo systemctl restart {app}

dotnet new classlib -n {app} ; dotnet sln add {app}/{app}.csproj ; dotnet add {app} package Serilog ;
dotnet build ; dotnet test

mix ecto.gen.migration add_{table} ; mix ecto.migrate ; mix test test/{table}_test.exs ; mix format

rails g model {table} ; rails db:migrate ; rspec spec/models/{table}_spec.rb ; rubocop -a app/models/{table}.rb ;
git add db/schema.rb

stack new {app} simple ; cp ~/tpl/stack.yaml {app}/stack.yaml ; stack --stack-yaml {app}/stack.yaml build

sudo useradd -m {user} ; sudo usermod -aG docker {user} ; sudo passwd {user} ; sudo mkdir /srv/home/{user} ;
sudo chown {user} /srv/home/{user}

sudo cp vhosts/{site}.conf /etc/nginx/sites-available/{site}.conf ;
sudo ln -s /etc/nginx/sites-available/{site}.conf /etc/nginx/sites-enabled/ ; sudo nginx -t ;
sudo systemctl reload nginx ; sudo certbot --nginx -d {site}

borg create /backup::{day} /home ; borg prune --keep-daily 7 /backup ; borg check /backup ;
rclone sync /backup remote:borg

ffmpeg -i raw/{clip}.mkv -crf 20 cut/{clip}.mp4 ; ffmpeg -i cut/{clip}.mp4 -vframes 1 thumbs/{clip}.png ;
exiftool -Title={clip} cut/{clip}.mp4 ; rsync cut/{clip}.mp4 nas:/media/

aseprite -b art/{sprite}.aseprite --sheet out/{sprite}.png ; optipng out/{sprite}.png ;
cp out/{sprite}.png game/assets/ ; love game

blender -b scenes/{clip}.blend -a ; montage frames/{clip}_*.png sheets/{clip}.png ; rm -r frames/{clip}

pulumi stack select {stack} ; pulumi preview ; pulumi up --yes ; pulumi stack output url ; http {host}/status

eksctl create nodegroup --cluster {stack} --name {group} ; kubectl label nodes -l group={group} tier={group} ;
eksctl delete nodegroup --cluster {stack} --name {group}-old

oc project {stack} ; oc tag app:{release} app:live ; oc rollout latest dc/app ; oc logs -f dc/app

conan install . -s build_type={mode} ; cmake --preset {mode} ; cmake --build --preset {mode} ;
ctest --preset {mode}

gn gen out/{mode} ; ninja -C out/{mode} {app} ; out/{mode}/{app} --selftest ; gzip out/{mode}/{app}.log

bazel build //{app}:all ; bazel test //{app}/... ; buildifier {app}/BUILD ; arc diff

rpmbuild -ba specs/{app}.spec ; rpmlint specs/{app}.spec ; mock -r fedora-41 srpms/{app}.src.rpm ;
koji build f41 srpms/{app}.src.rpm

dch -v {release} "new upstream" ; debuild -us -uc ; lintian ../{app}_{release}.changes ;
dput mentors ../{app}_{release}.changes

git format-patch -1 {commit} ; git send-email --to {list} 0001.patch ; mv 0001.patch sent/{commit}.patch

sqlite3 stock.db ".read sql/{table}.sql" ; datasette publish {host} stock.db ; curl https://{host}/{table}.json

airflow dags unpause {set} ; airflow dags trigger {set} ; gsutil cp gs://lake/{set}/{day}.parquet . ;
duckdb lake.db "copy {set} from '{day}.parquet'"
""".strip().split("\n\n")
AROUND = """
vi {file}|less {file}|cat {file}|rg {word}|rg -l {word} {file}|fd {word}|hg st|hg diff|svn st|git st|git diff {file}
ls {file}|cd {word}|cd -|tig|du -sh {word}|htop|ssh {host}|man {word}|dmesg|ip a|free -h|uptime|crontab -l
xdg-open {file}|feh {file}|chmod 644 {file}|mv {file} {file}.bak|rm {file}|cp {file} /tmp|tar xf {word}.tgz
unzip {word}.zip|make|make {word}|./run.sh|sudo apt install {word}|pip install {word}|python {file}|perl {file}
wget https://{host}/{word}|kill {number}|pkill {word}|git commit -m "{word} {file}"|git push|git pull --rebase
git checkout {file}|git stash|docker ps -a|docker logs {word}|wc {file}
""".replace("\n", "|").strip("|").split("|")  # fmt: skip
AROUND = [line for line in map(str.strip, AROUND) if line]
# After a command of the left, mostly one of the right: habits, and no work.
HABITS = {
    "cd": ("ls", "git st", "ls -l"),
    "vi": ("git diff", "hg diff"),
    "svn": ("svn diff",),
    "git": ("git st", "git log -3"),
}
_KINDS: dict[str, Sequence[str]] = {
    "board": ("nrf52840dk", "esp32s3", "stm32f4_disco", "rpi_pico", "nucleo_g4"),
    "probe": ("jlink", "openocd", "pyocd"),
    "tty": ("ttyUSB0", "ttyUSB1", "ttyACM0"),
    "mode": ("debug", "release", "asan", "coverage"),
    "user": ("mara", "jonas", "ines", "tariq", "oleg", "wen", "priya", "luc"),
    "list": ("netdev@lists.example.net", "devel@lists.example.net"),
}
_SOUNDS = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "zu",
    "sha",
    "tre",
    "gli",
)


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(_SOUNDS, k=rng.randint(2, 4)))


def _value(kind: str, rng: random.Random, files: Sequence[str]) -> str:
    if kind in _KINDS:
        return rng.choice(_KINDS[kind])
    match kind:
        case "release":
            return f"{rng.randint(1, 12)}.{rng.randint(0, 9)}.{rng.randint(0, 9)}"
        case "day":
            return f"202{rng.randint(4, 6)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        case "commit":
            return f"{rng.getrandbits(32):08x}"
        case "number":
            return str(rng.randint(300, 30000))
        case "host" | "site":
            return f"{_word(rng)}.{rng.choice(['lan', 'example.net', 'example.com'])}"
        case "file":
            return rng.choice(files)
        case _:
            return _word(rng) if rng.random() < 0.7 else f"{_word(rng)}{rng.choice('-_')}{_word(rng)}"


def _filled(line: str, values: dict[str, str], rng: random.Random, files: Sequence[str]) -> str:
    while "{" in line and "}" in line:
        kind = line[line.index("{") + 1 : line.index("}")]
        line = line.replace("{" + kind + "}", values.setdefault(kind, _value(kind, rng, files)))
    return line


def _around(rng: random.Random, files: Sequence[str]) -> Iterator[str]:
    """Work of no end: what is common comes often, and habits follow."""
    order = AROUND[:]
    rng.shuffle(order)
    weights = [1 / (rank + 2) for rank in range(len(order))]
    while True:
        line = _filled(rng.choices(order, weights)[0], {}, rng, files)
        yield line
        follows = HABITS.get(line.split()[0])
        if follows and rng.random() < 0.5:
            yield rng.choice(follows)


def _done(steps: Sequence[str], noise: float, other: Iterator[str], rng: random.Random) -> list[list[str]]:
    """One run, as lines of steps: some left out, swapped, interrupted, done again, or joined by `&&`."""
    order = list(steps)
    for at in range(len(order) - 1):
        if rng.random() < noise / 3:
            order[at], order[at + 1] = order[at + 1], order[at]
    lines: list[list[str]] = []
    for at, step in enumerate(order):
        if rng.random() < noise / 3:
            continue
        if rng.random() < noise / 3 + 0.1:
            lines += [[next(other)] for _ in range(rng.randint(1, 3))]
        if lines and at and rng.random() < 0.1:
            lines[-1].append(step)
        else:
            lines.append([step])
        if 0 < at < len(order) - 1 and rng.random() < 0.12:
            lines += [["vi " + rng.choice(["a.txt", "main.c", "notes"])], [step]]
    return lines


def make_other_history(
    seed: int, *, noise: float = 0.0, routines: int = 5, times: tuple[int, int] = (3, 8)
) -> MadeHistory:
    """The same as `benchmarks.histories.make_history`, by other conventions."""
    rng = random.Random(f"other {seed}")
    files = [f"{_word(rng)}/{_word(rng)}.{rng.choice(['c', 'py', 'hs', 'txt', 'yaml'])}" for _ in range(40)]
    chosen = [
        Planted(tuple(step.strip() for step in line.split(";")), rng.randint(*times))
        for line in rng.sample(ROUTINES, routines)
    ]
    terminals = [_around(rng, files), _around(rng, files)]
    runs = [planted for planted in chosen for _ in range(planted.times)]
    rng.shuffle(runs)
    made: list[Execution] = []
    at = 1.6e9
    for number, planted in enumerate(runs):
        if number % 4 == 0:
            at += 50_000.0
        values: dict[str, str] = {}
        steps = [_filled(step, values, rng, files) for step in planted.steps]
        own, side = rng.sample((0, 1), 2)
        lines = _done(steps, noise, terminals[own], rng)
        lines = [[next(terminals[own])] for _ in range(rng.randint(2, 14))] + lines
        for line in lines:
            at += rng.expovariate(1 / 15) + 1
            made += _typed(" && ".join(line), at, f"{number // 4}.{own}", len(made), rng)
            while rng.random() < 0.3:
                made += _typed(next(terminals[side]), at + 0.5, f"{number // 4}.{side}", len(made), rng)
    return MadeHistory(tuple(made), tuple(chosen))


def other_random_history(seed: int, count: int) -> tuple[Execution, ...]:
    """Habits and single commands, also the steps of all the routines, each by itself: no work in it is a routine."""
    rng = random.Random(f"random {seed}")
    files = [f"{_word(rng)}.{rng.choice(['c', 'py', 'txt'])}" for _ in range(25)]
    steps = [step.strip() for line in ROUTINES for step in line.split(";")]
    rng.shuffle(steps)
    weights = [1 / (rank + 1) for rank in range(len(steps))]
    around = _around(rng, files)
    made: list[Execution] = []
    at = 1.6e9
    while len(made) < count:
        at += rng.expovariate(1 / 25)
        line = _filled(rng.choices(steps, weights)[0], {}, rng, files) if rng.random() < 0.4 else next(around)
        made += _typed(line, at, f"r{len(made) // 45}", len(made), rng)
    return tuple(made[:count])


def _typed(line: str, at: float, session: str, before: int, rng: random.Random) -> Iterator[Execution]:
    """The line, or the line that failed and then the line."""
    if rng.random() < 0.03:
        yield Execution(at, line, exit_code=1, success=False, seconds=0.4, session=session, id=before + 1)
        at, before = at + 0.2, before + 1
    yield Execution(at, line, exit_code=0, success=True, seconds=0.8, session=session, id=before + 1)
