#!/bin/sh
# Submits the tasks of a copydesk plan to Slurm, as arrays that follow each other.
#
#   copydesk plan nightly dumps/ --output /shared/night
#   [SIEVE=N] sh slurm.sh /shared/night [TASKS] [options of sbatch, such as --partition=cpu --cpus-per-task=8]
#
# TASKS is how many tasks of an array share the parts, at most the cluster's MaxArraySize: 100 where it is not given. The folder
# of the plan, the dumps and copydesk must be at the same paths on all nodes. A task that fails and may be tried again (exit
# code 1, or killed) goes back into the queue; the last job ends with the exit code of `copydesk task PLAN seal`: 0, or 3 where the
# outcome crosses a limit. SIEVE is the number of ranges of a sieve, where `decide` takes more memory than a node has. Prints the
# number of the last job.
set -eu
plan=$(realpath "${1:?the output folder of copydesk plan}")
shift
tasks=100
case ${1:-} in [1-9]*) tasks=$1; shift ;; esac
parts=$(copydesk task "$plan" status --format json | sed -n 's/.*"parts": *\([0-9]*\).*/\1/p')
[ "$tasks" -le "$parts" ] || tasks=$parts

# submit STEP DEPENDENCY [options]
submit() {
    step=$1 after=$2
    shift 2
    sbatch --parsable --requeue --job-name="copydesk-$step" ${after:+--dependency=afterok:$after --kill-on-invalid-dep=yes} "$@" <<JOB
#!/bin/sh
copydesk task "$plan" $step ${SIEVE:+--sieve $SIEVE} --threads "\${SLURM_CPUS_PER_TASK:-1}"
code=\$?
if { [ \$code -eq 1 ] || [ \$code -ge 128 ]; } && [ "\${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
    scontrol requeue "\$SLURM_JOB_ID"
fi
exit \$code
JOB
}

work=$(submit work "" --array="0-$((tasks - 1))" "$@")
[ -z "${SIEVE:-}" ] || work=$(submit sieve "$work" --array="0-$((SIEVE - 1))" "$@")
decide=$(submit decide "$work" "$@")
write=$(submit write "$decide" --array="0-$((tasks - 1))" "$@")
submit seal "$write" "$@"
