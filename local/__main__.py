"""`python -m local COMMAND`: see `make help`."""

import sys

from local.paths import ROOT

# The catalogue readers speak the product's own types (money, limits), which are no installed package.
sys.path.insert(0, str(ROOT / "layers" / "omnilife"))

from local.commands import main

sys.exit(main(sys.argv[1:]))
