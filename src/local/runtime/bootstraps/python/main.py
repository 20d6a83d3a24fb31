"""Starts the runtime: this file is compiled anew by every start, the module is not."""
import os

import slsctl_runtime

try:
    slsctl_runtime.main()
except (ConnectionError, KeyboardInterrupt):
    # The local AWS is gone, and with it whoever would want an answer.
    os._exit(0)
