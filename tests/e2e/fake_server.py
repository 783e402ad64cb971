"""A fake service in a process of its own: ``python fake_server.py PORT``, until it is killed."""

import sys
import threading
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

from page_server import served

from fake_service import FakeService

if __name__ == "__main__":
    with served(FakeService(delay=0.4, word_seconds=0.02), port=int(sys.argv[1])):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        threading.Event().wait()
