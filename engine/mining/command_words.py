"""What is generally known of programs: which have subcommands, which only start others, which only look."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _groups(text: str) -> frozenset[tuple[str, ...]]:
    """Word sequences, one a line or parted by `;`."""
    return frozenset(tuple(line.split()) for line in text.replace("\n", ";").split(";") if line.strip())


WITH_SUBCOMMANDS = _words(
    """
    git hg svn jj docker podman nerdctl docker-compose podman-compose npm pnpm yarn bun npx cargo rustup go pip pipx
    uv poetry pdm hatch rye conda mamba kubectl oc helm k9s minikube kind terraform tofu terragrunt pulumi
    ansible-galaxy aws az gcloud gh glab doctl heroku fly flyctl vercel netlify wrangler firebase apt apt-get
    apt-cache dnf yum pacman brew port snap flatpak zypper apk nix systemctl launchctl make just
    task rake mage ninja bazel gradle gradlew mvn mvnw sbt lein mix rebar3 bundle gem rails django-admin manage.py
    flask alembic composer artisan console php-cs-fixer symfony dotnet nuget vagrant packer consul vault nomad
    redis-cli rabbitmqctl supervisorctl tmux screen nvm pyenv rbenv asdf mise direnv pre-commit tox nox twine flit
    setup.py mkdocs hugo jekyll sphinx-build stack cabal opam dune zig swift xcodebuild pod fastlane flutter dart
    deno nx turbo lerna ng vue expo react-native prisma knex sequelize sam serverless sls cdk eksctl kustomize
    skaffold argocd flux istioctl linkerd stern buildah skopeo crane oras cosign linode-cli oci openstack ip nmcli
    ufw wg virsh lxc zfs zpool btrfs patui chezmoi yadm stow gpgconf pass op bw openssl rclone restic borg dvc wandb
    mlflow dbt airflow prefect ruff black-primer semgrep trivy circleci buf protoc-gen
    """
)
PLAIN = _words(
    """
    ls ll la l dir pwd cd pushd popd z j clear reset history exit logout which whereis whatis man info help tldr
    echo printf cat bat less more head tail tac nl wc sort uniq cut tr sed awk gawk grep egrep fgrep rg ag ack find
    fd locate tree du df stat file cp mv rm rmdir mkdir touch ln chmod chown chgrp install dd sync mount umount tar
    zip unzip gzip gunzip xz bzip2 zstd 7z curl wget http https xh ssh scp sftp rsync mosh nc ncat telnet ping
    traceroute dig nslookup host whois ps top htop btop kill killall pkill pgrep jobs fg bg wait sleep date cal
    uptime free lsof netstat ss ifconfig vim vi nvim nano emacs emacsclient code subl micro hx helix ed pico idea
    pycharm open xdg-open start jq yq xmllint diff cmp comm patch md5sum sha1sum sha256sum shasum base64 xxd od
    hexdump strings tee xargs source . export unset alias unalias set eval exec test [ true false read trap umask
    ulimit whoami id groups who w su passwd useradd usermod crontab at watch time python node bash sh zsh fish ruby
    perl php lua Rscript java javac gcc g++ clang clang++ cc ld ar nm objdump gdb lldb strace ltrace valgrind pytest
    py.test unittest jest mocha vitest ava phpunit rspec ctest cmake meson configure tsc eslint prettier stylelint
    black isort flake8 pylint mypy pyright autopep8 yapf rubocop gofmt goimports rustfmt clang-format shellcheck
    shfmt hadolint yamllint markdownlint psql mysql mysqldump pg_dump pg_restore createdb dropdb sqlite3 mongo
    mongosh mongodump ffmpeg convert magick identify pandoc pdflatex xelatex latexmk gpg ssh-keygen ssh-add
    ssh-copy-id cookiecutter copier uvicorn gunicorn celery http.server ansible-playbook ansible cd.. nproc uname
    hostname env printenv type hash
    """
)
# These groups have subcommands of their own: `docker compose up`, `git remote add`.
GROUPS = _groups(
    """
    docker compose; docker container; docker image; docker volume; docker network; docker system; docker buildx
    docker context; docker builder; docker stack; docker service; docker secret; podman compose; podman container
    podman image; git remote; git stash; git submodule; git worktree; git bisect; git lfs; git flow; git notes
    git reflog; npm run; pnpm run; npm cache; npm config; yarn run; yarn workspace; yarn config; bun run
    pnpm store; deno task; composer run; go mod; go tool; go work; go env; cargo xtask; rustup target
    rustup toolchain; rustup component; pip cache; pip config; uv pip; uv tool; uv python; uv cache; uv venv
    poetry env; poetry self; poetry config; conda env; mamba env; kubectl rollout; kubectl config; kubectl create
    kubectl set; kubectl top; kubectl auth; helm repo; helm dependency; helm plugin; terraform state
    terraform workspace; tofu state; tofu workspace; pulumi stack; pulumi config; brew services; flask db
    dotnet ef; dotnet tool; dotnet nuget; dotnet sln; heroku config; heroku ps; heroku pg; fly secrets; vault kv
    vault secrets; vault auth; dvc remote; chezmoi git; ip addr; ip link; ip route; ansible-galaxy collection
    ansible-galaxy role; hatch env; hatch version; pdm run; nx run; op item; airflow dags; airflow tasks
    prisma migrate; prisma db; rails db; rails generate; artisan make; mix ecto; gcloud compute; gcloud container
    argocd app; flux get; nix flake; nix profile
    """
)
DEEP: dict[tuple[str, ...], int] = {
    ("gcloud", "compute"): 3,
    ("gcloud", "container"): 3,
    ("az", "webapp"): 3,
    ("aws", "s3"): 2,
}
WRAPPERS = _words(
    """
    sudo doas env time nice nohup command exec builtin stdbuf timeout ionice chronic xvfb-run npx bunx noglob nocorrect
    setsid
    """
)
WRAPPER_VALUES = {"sudo": "ugpCh", "doas": "u", "env": "uC", "nice": "n", "timeout": "ks", "npx": "p", "ionice": "cn"}
RUNNERS = {
    **dict.fromkeys(("uv", "poetry", "pipenv", "pdm", "hatch", "rye", "conda"), ("run",)),
    **dict.fromkeys(("bundle", "npm", "direnv", "mise"), ("exec",)),
    **dict.fromkeys(("pnpm", "yarn"), ("exec", "dlx")),
    "bun": ("x",),
}
MODULE_RUNNERS = frozenset({"python", "py", "pypy"})
SCRIPT_RUNNERS = frozenset({"python", "py", "pypy", "php", "bash", "sh", "zsh", "node", "ruby"})
# Options that stand before a subcommand and take a value.
VALUE_FLAGS = _words(
    """
    -C -c -n -f -p -r -u -H -l -L -R -s -F --namespace --context --file --prefix --profile --project --host --kubeconfig
    --region --directory --dir --cwd --filter --manifest-path --git-dir --work-tree --project-name --project-directory
    """
)
VERBS = _words(
    """
    add apply attach audit backup bench bootstrap build bump bundle cancel check checkout clean clone close commit
    compile config configure connect convert copy create debug delete deploy describe destroy detach diff disable
    doctor down download drain drop dump edit enable encrypt decrypt eval exec export fetch fix flush fmt format
    freeze gen generate get import index info ingest init inspect install invoke kill launch lint list load lock
    login logout logs ls merge migrate mount new open package patch pause ping plan play prepare preview promote
    prune publish pull purge push query rebase rebuild record refresh register release reload remove rename render
    replay report reset resolve restart restore resume review rm rollback rotate run save scaffold scale scan search
    seed send serve set setup show shutdown sign snapshot squash stage start stash stats status stop submit switch
    sync tag tail test train transform truncate uninstall unlock up update upgrade upload validate verify version
    view wait watch
    """
)
# What only looks, moves about or waits for a person: alone it is no work worth a recipe.
LOOKING = _words(
    """
    ls ll la l dir pwd cd pushd popd z j clear reset history exit logout which whereis whatis man info help tldr
    echo cat bat less more head tail tree du df stat file wc ps top htop btop jobs fg bg date cal uptime free lsof
    whoami id groups who w vim vi nvim nano emacs emacsclient code subl micro hx helix ed pico idea pycharm type env
    printenv sleep grep rg ag ack find fd uname hostname nproc open xdg-open watch true false tmux screen python
    node ipython psql sqlite3 lazygit tig gitk
    """
)
MOVING = _words("cd pushd popd z j")
# What people type in passing: it belongs to no routine, wherever it stands.
IN_PASSING = _words("ls ll la l dir pwd clear reset history exit logout jobs fg bg")
LOOKING_SUBCOMMANDS = _groups(
    """
    git status; git diff; git log; git show; git branch; git blame; git reflog; git help; git remote; docker ps
    docker images; docker logs; docker stats; kubectl get; kubectl describe; kubectl logs; npm ls; npm list
    pip list; pip show; gh pr list; gh pr view; gh pr status; gh issue list; gh run list; gh repo view
    hg status; hg st; hg diff; hg log; svn status; svn st; svn diff; svn log; svn info; jj st; jj log; jj diff
    git st; git lg; git ls-files; git grep; git rev-parse
    terraform show; systemctl status; brew list; apt list; helm list; docker compose ps; docker compose logs
    git stash list; conda list; uv tree; cargo tree
    """
)
# Programs of LOOKING that work when they are given something to do.
WORKING_WITH_ARGUMENTS = _words("python node psql sqlite3 sed find")
