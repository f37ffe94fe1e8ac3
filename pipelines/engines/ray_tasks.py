"""Does the tasks of a copydesk plan on Ray.

    copydesk plan nightly dumps/ --output /shared/night
    python ray_tasks.py /shared/night

The folder of the plan, the dumps and copydesk itself must be at the same paths on all nodes. A task whose worker dies is done
again. The exit code is that of `copydesk task PLAN seal`: 0, or 3 where the outcome crosses a limit; and 2 where no node has as many
CPUs as a task is to have threads.
"""

import argparse
import json
import subprocess
import sys


def run(command):
    """Runs copydesk and returns what it prints. Its standard input stays open until it ends: where this process is
    killed, it is closed, and `--until-eof` stops copydesk, so that a cancelled job leaves no process."""
    with subprocess.Popen([*command, "--until-eof"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as task:
        output = task.stdout.read().decode()
        if task.wait() != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {task.returncode}")
    return output


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", help="the output folder of `copydesk plan`")
    parser.add_argument("--threads", type=int, default=1, help="threads, and CPUs in Ray, of a task")
    parser.add_argument("--sieve", type=int, help="ranges of a sieve, where `decide` takes more memory than a node has")
    parser.add_argument("--autoscaling", action="store_true", help="nodes with enough CPUs may come later: wait for them")
    parser.add_argument("--binary", default="copydesk", help="copydesk on all nodes")
    options = parser.parse_args()

    import ray

    ray.init(ignore_reinit_error=True)
    # Ray waits for ever for a node that can take a task.
    most = max((int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]), default=0)
    if options.threads > most and not options.autoscaling:
        print(f"error: no node of this cluster has {options.threads} CPUs, the largest has {most}: give --threads {max(most, 1)} or "
              "fewer, or --autoscaling if larger ones come when they are asked for", file=sys.stderr)
        sys.exit(2)
    copydesk = [options.binary, "task", options.plan]
    status = subprocess.run([*copydesk, "status", "--format", "json"], check=True, stdout=subprocess.PIPE)
    parts = json.loads(status.stdout)["parts"]
    do = ray.remote(num_cpus=options.threads, max_retries=3, retry_exceptions=True)(run)

    def on_all(count, *step):
        command = [*copydesk, *step, "--threads", str(options.threads)]
        for output in ray.get([do.remote([*command, "--index", str(number)]) for number in range(count)]):
            print(output, end="")

    sieve = ["--sieve", str(options.sieve)] if options.sieve else []
    on_all(parts, "work")
    if sieve:
        on_all(options.sieve, "sieve", *sieve)
    print(ray.get(do.remote([*copydesk, "decide", *sieve])), end="")
    on_all(parts, "write")
    sys.exit(subprocess.run([*copydesk, "seal"], check=False).returncode)


if __name__ == "__main__":
    main()
