"""Stand-ins for the official images, built from packages where no image registry is reached.

`STAND_INS` names the official images there are recipes for; `ensure` has them in the local daemon
under their official names, where the program finds them and pulls nothing.
"""

from airgap.images.catalog import STAND_INS
from airgap.images.decision import Decision
from airgap.images.errors import ImageError
from airgap.images.provision import Built, ensure
from airgap.images.recipe import Recipe

__all__ = ["STAND_INS", "Built", "Decision", "ImageError", "Recipe", "ensure"]
