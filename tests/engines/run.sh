#!/bin/bash
# Does a plan on real engines, kills a task of each on its way, and compares the outputs with those of one run.
#
#   tests/engines/run.sh COPYDESK [spark] [ray] [slurm]
#
# COPYDESK is a release build; with RECORDS=600 (a dump; 6,000 otherwise) a debug build will do. PySpark and Ray are installed from PyPI into
# a temporary environment (some 1 GB); Spark needs Java, and Slurm needs Debian's slurm-wlm and root. On two cores: Spark a minute, Ray half
# a minute, Slurm three minutes, because Slurm waits two before it runs a job again.
set -euo pipefail
copydesk=$(realpath "${1:?a release build of copydesk}")
shift
engines=$(cd "$(dirname "$0")/../../pipelines/engines" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/bin" && cp "$copydesk" "$place/bin/copydesk"
export PATH=$place/venv/bin:$place/bin:$PATH
cd "$place"

# Four dumps of stories in several versions, so that most duplicates are in another part.
python3 - <<'PY'
import json, os, random
chance = random.Random(17)
words = ["".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(1, 4))) for _ in range(4000)]
stories = [[chance.choice(words) for _ in range(400)] for _ in range(9000)]
os.mkdir("dumps")
for dump in range(4):
    with open(f"dumps/d{dump}.jsonl", "w") as file:
        for number in range(int(os.environ.get("RECORDS", "6000"))):
            story = chance.randrange(len(stories))
            text = list(stories[story])
            for _ in range(chance.randint(0, 12)):
                text[chance.randrange(len(text))] = chance.choice(words)
            file.write(json.dumps({"url": f"https://example.org/{dump}/{number}", "title": f"Story {story}", "text": " ".join(text) + "."}) + "\n")
PY
pipeline=nightly
copydesk run $pipeline dumps -o one -q --progress never > /dev/null || [ $? -eq 3 ]

plan() { copydesk plan $pipeline dumps -o "$1" --part-bytes 1MB > /dev/null; }

# Kills one process whose command line matches, some time after it is seen. A task may take less than a second: where the first one seen is
# over by then, the next one is killed at once.
kill_one() {
    local pause=0.3
    for _ in $(seq 3000); do
        if pgrep -f "$1" > /dev/null; then
            sleep "$pause"
            pkill -9 -o -f "$1" && echo "killed: $1" && return
            pause=0
        fi
        sleep 0.02
    done
    echo "there was nothing to kill: $1"
    return 1
}

compare() {
    for output in records dropped quarantine; do
        cmp <(zstd -dcq one/$output/*) <(zstd -dcq "$1/$output/"*)
    done
    sleep 1
    ! pgrep -f "copydesk task $place" || { echo "$1 has left a process"; exit 1; }
    echo "$1: the lines of one run"
}

spark() {
    pip install -q pyspark pyarrow pandas
    plan spark
    kill_one "task $place/spark work" &
    spark-submit --master 'local-cluster[2,1,1024]' --files bin/copydesk "$engines/spark.py" "$place/spark" --sieve 2 > spark.log 2>&1 || { tail -n 50 spark.log; exit 1; }
    wait $!
    compare spark
}

ray() {
    pip install -q ray
    plan ray
    kill_one "ray::run" &
    python "$engines/ray_tasks.py" "$place/ray" --sieve 2 --binary "$place/bin/copydesk" > ray.log 2>&1 || { tail -n 50 ray.log; exit 1; }
    wait $!
    compare ray
    # More threads than any node has CPUs, for which Ray would wait for ever.
    code=0
    timeout 300 python "$engines/ray_tasks.py" "$place/ray" --threads 4096 --binary "$place/bin/copydesk" > ray.log 2>&1 || code=$?
    if [ "$code" != 2 ] || ! grep -q "no node of this cluster has 4096 CPUs" ray.log; then tail -n 50 ray.log; exit 1; fi
}

slurm() {
    command -v sbatch > /dev/null || apt-get install -y -q slurm-wlm munge > /dev/null
    if ! sinfo > /dev/null 2>&1; then
        host=$(hostname -s)
        mkdir -p /etc/slurm /var/spool/slurmctld /var/spool/slurmd /run/munge
        chown munge /run/munge
        printf '%s\n' "ClusterName=test" "SlurmctldHost=$host" AuthType=auth/munge SlurmUser=root ReturnToService=2 \
            StateSaveLocation=/var/spool/slurmctld SlurmdSpoolDir=/var/spool/slurmd ProctrackType=proctrack/linuxproc \
            TaskPlugin=task/none SelectType=select/cons_tres "NodeName=$host CPUs=$(nproc) RealMemory=2000" \
            "PartitionName=test Nodes=$host Default=YES" > /etc/slurm/slurm.conf
        su munge -s /bin/sh -c munged
        slurmctld && sleep 2 && slurmd && sleep 2
    fi
    plan slurm
    kill_one "copydesk task $place/slurm work" &
    last=$(SIEVE=2 sh "$engines/slurm.sh" "$place/slurm" 2 --mem=500M)
    wait $!
    until [ -z "$(squeue -h -j "$last" 2> /dev/null)" ]; do sleep 2; done
    compare slurm
}

python3 -m venv venv
for engine in "${@:-spark}"; do "$engine"; done
