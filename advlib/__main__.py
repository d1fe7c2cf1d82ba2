"""`python -m advlib` is the command line."""

import sys

from advlib.main import main

sys.exit(main())
