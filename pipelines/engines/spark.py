"""Does the tasks of a copydesk plan on Spark.

    copydesk plan nightly dumps/ --output /shared/night
    spark-submit --files "$(command -v copydesk)" spark.py /shared/night

The folder of the plan and the dumps must be at the same paths on the driver and on all executors, or on a store. The exit code is that of
`copydesk task PLAN seal`: 0, or 3 where the outcome crosses a limit. What tasks say of errors is in the executors' logs.
"""

import argparse
import json
import shutil
import subprocess
import sys


def binary(given):
    """The path of copydesk on this machine: as given, or where --files has put it, or where it is installed."""
    if given:
        return given
    from pyspark import SparkFiles

    return shutil.which(SparkFiles.get("copydesk")) or shutil.which("copydesk") or "copydesk"


def run(command):
    """Runs copydesk and returns what it prints. Its standard input stays open until it ends: where this process is
    killed, it is closed, and `--until-eof` stops copydesk, so that a cancelled job leaves no process."""
    with subprocess.Popen([*command, "--until-eof"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as task:
        output = task.stdout.read().decode()
        if task.wait() != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {task.returncode}")
    return output


def tasks(plan, step, options):
    """A function that does a step of the parts, or ranges, whose numbers it is given, for `mapInArrow`."""

    def do(batches):
        import pyarrow

        for batch in batches:
            numbers = batch.column("id").to_pylist()
            command = [binary(options.binary), "task", plan, *step, "--threads", str(options.threads)]
            lines = [run([*command, "--index", str(number)]) for number in numbers]
            yield pyarrow.RecordBatch.from_pydict({"line": lines})

    return do


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", help="the output folder of `copydesk plan`")
    parser.add_argument("--threads", type=int, default=1, help="threads of a task, as many as spark.task.cpus")
    parser.add_argument("--sieve", type=int, help="ranges of a sieve, where `decide` takes more memory than the driver has")
    parser.add_argument("--binary", help="copydesk on all machines, where it is not shipped with --files")
    options = parser.parse_args()

    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("copydesk").getOrCreate()
    copydesk = [binary(options.binary), "task", options.plan]
    status = subprocess.run([*copydesk, "status", "--format", "json"], check=True, stdout=subprocess.PIPE)
    parts = json.loads(status.stdout)["parts"]

    def on_all(count, *step):
        numbers = spark.range(0, count, 1, numPartitions=count)
        for row in numbers.mapInArrow(tasks(options.plan, step, options), "line string").collect():
            print(row.line, end="")

    sieve = ["--sieve", str(options.sieve)] if options.sieve else []
    on_all(parts, "work")
    if sieve:
        on_all(options.sieve, "sieve", *sieve)
    print(run([*copydesk, "decide", *sieve]), end="")
    on_all(parts, "write")
    sealed = subprocess.run([*copydesk, "seal"], check=False).returncode
    spark.stop()
    sys.exit(sealed)


if __name__ == "__main__":
    main()
