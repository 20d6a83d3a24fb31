"""Starts the runtime. Python compiles this file at every start, but caches the imported module."""
import os

import slsctl_runtime

try:
    slsctl_runtime.main()
except (ConnectionError, KeyboardInterrupt):
    # The local AWS has ended, so nobody waits for an answer.
    os._exit(0)
