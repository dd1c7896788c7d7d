"""A whole node with a fixed judge, to be killed: `python -m tests.node.storm_node NODE.toml`."""

import os
import sys
from pathlib import Path

import cv2
from tests.conftest import FixedJudge

from calcsight.batch.hushing import hush
from calcsight.node.configuration import node_settings
from calcsight.node.running import run_node

if __name__ == "__main__":
    hush()
    cv2.setNumThreads(1)
    run_node(node_settings(Path(sys.argv[1])), FixedJudge())
    # What ends well says so; a kill does not get here.
    os.write(1, b"ended\n")
