"""The `copydesk` command: the same one as the program's, in this process."""

import signal
import sys

from copydesk import _copydesk


def main() -> int:
    """Run the command that `sys.argv` names; its exit code."""
    # The command listens for Ctrl-C itself; Python would raise KeyboardInterrupt after it has ended.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _copydesk.main(["copydesk", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
