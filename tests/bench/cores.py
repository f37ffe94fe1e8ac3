"""What further cores would give, from the thread times of a run.

    python3 tests/bench/cores.py COPYDESK PIPELINE DUMP... [--rounds N]

Runs a pipeline over dumps with 2 threads, in a state where it has deduplication, and looks at the processor time of each
thread. The committer's is `timing.serial_seconds` of the ledger. From the smallest of several rounds it computes how long a
GB takes at least on N cores: as long as the committer, as the lanes (at most four dumps are read at once), or as all threads
together on N cores, whichever is most. Memory bandwidth, and cores that share one, are not in it.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time


def thread_times(process):
    """The last known processor time of each thread, by its name and number."""
    times = {}
    while process.poll() is None:
        try:
            for task in os.listdir(f"/proc/{process.pid}/task"):
                place = f"/proc/{process.pid}/task/{task}"
                with open(f"{place}/schedstat") as stat, open(f"{place}/comm") as name:
                    times[name.read().strip(), task] = int(stat.read().split()[0]) / 1e9
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.005)
    return times


def measure(binary, pipeline, dumps):
    """Seconds of the committer, of the lanes and of all threads, and GB read."""
    with tempfile.TemporaryDirectory() as place:
        output = f"{place}/out"
        command = [binary, "run", pipeline, *dumps, "--output", output, "--threads", "2", "--progress", "never"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times = thread_times(process)
        with open(f"{output}/ledger.json") as file:
            ledger = json.load(file)
    lanes = sum(seconds for (name, _), seconds in times.items() if name.startswith("lane-"))
    timing = ledger["timing"]
    return timing["serial_seconds"], lanes, timing["cpu_seconds"], sum(dump["bytes"] for dump in ledger["dumps"]) / 1e9


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("pipeline")
    parser.add_argument("dumps", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    rounds = [measure(arguments.binary, arguments.pipeline, arguments.dumps) for _ in range(arguments.rounds)]
    gigabytes = rounds[0][3]
    serial, lanes, cpu = (min(of) / gigabytes for of in list(zip(*rounds))[:3])
    print(f"{gigabytes:.3f} GB: committer {serial:.2f}, lanes {lanes:.2f}, all {cpu:.1f} CPU s a GB; {cpu / serial:.0f} cores are the most")
    print("| cores | s a GB at least | MB/s | bound by |\n|---|---|---|---|")
    for cores in [2, 8, 16, 32, 64]:
        read_at_once = min(max(cores, 2), 4, len(arguments.dumps) if all(map(os.path.isfile, arguments.dumps)) else 4)
        seconds, bound = max((serial, "committer"), (lanes / read_at_once, "lanes"), (cpu / cores, "all threads"))
        print(f"| {cores} | {seconds:.2f} | {1000 / seconds:.0f} | {bound} |")


main()
