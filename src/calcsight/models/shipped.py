"""The judges and describers that ship, by name, with the SHA-256 of what describes each.

`classical-*`: of the weights themselves. `learned-*`: of the card, which holds the digest of the
network and names its first stage. `shapes-*`: of the card of a describer.
"""

SHIPPED = {
    "learned-1": "589bdffc137f28dd95a9e18529bd964c769312a849f89dea801c25e3e1dd868a",
    "classical-1": "c37e7514bb90cec7f66f72b9ed20801420bf0e50d2107ef9e9e34cee7201e40f",
}
DEFAULT_MODEL = "learned-1"
DESCRIBERS = {
    "shapes-1": "4208a6ddb7b470838557f872335e7138996d0926c84259ea47ed3b0c1fcef9f9",
}
DEFAULT_DESCRIBER = "shapes-1"
