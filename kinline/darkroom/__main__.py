"""`python -m kinline.darkroom`: which walls stand around strangers' files on this machine."""

from kinline.darkroom.room import walls

print(", ".join(walls()))
