"""`python -m calcsight` is `calcsight`."""

import sys

from calcsight.cli import main

if __name__ == "__main__":
    sys.exit(main())
