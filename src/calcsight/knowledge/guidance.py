"""Everything that weighing rests on, from its files."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from calcsight.knowledge.claims import load_claims
from calcsight.knowledge.entries import Entry
from calcsight.knowledge.files import Kind, inside, read_document, shipped_ids
from calcsight.knowledge.policies import BASED_ON, on_top_of, parse_policy
from calcsight.knowledge.populations import parse_population
from calcsight.knowledge.schemes import parse_scheme
from calcsight.knowledge.vocabularies import parse_vocabulary
from calcsight.terms.claim import Claim
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.errors import GuidanceError
from calcsight.terms.guidance import Guidance, Policy, Scheme
from calcsight.terms.suspicion import Population

Noun = TypeVar("Noun")
Claims = Mapping[str, Claim]


def load_guidance(settings: GuidanceSettings) -> Guidance:
    """Read the claims and the files that the settings name.

    Parameters
    ----------
    settings : GuidanceSettings
        Ids of files that ship, or paths of a site's own.

    Returns
    -------
    Guidance
        The claims hold those that a site's own counts gave, too.

    Raises
    ------
    GuidanceError
        Naming the file and the key, when one cannot be used.
    """
    claims, content = load_claims()
    population, own, population_bytes = _population(settings.population, claims)
    vocabulary, vocabulary_bytes = _parsed(
        Kind.VOCABULARY, settings.vocabulary, parse_vocabulary, claims
    )
    scheme, scheme_bytes = _parsed(Kind.SCHEME, settings.scheme, parse_scheme, claims)
    policy, policy_bytes = _policy(settings.policy, claims)
    beside, beside_bytes = _shipped_populations()
    # Plain dictionaries throughout: guidance crosses into the processes that read.
    return Guidance(
        vocabulary=vocabulary,
        population=population,
        beside=tuple(one for one in beside if one.id != population.id),
        scheme=scheme,
        policy=policy,
        claims={**claims, **own},
        digest=_digest(
            content,
            vocabulary_bytes,
            population_bytes,
            scheme_bytes,
            policy_bytes,
            *beside_bytes,
        ),
    )


def shipped_scheme(scheme_id: str, version: str) -> Scheme | None:
    """Return a scheme of categories that ships; None = none of this id and version does.

    Nor does one whose file holds a place alone: a person may read by it all the same.
    """
    if scheme_id not in shipped_ids(Kind.SCHEME):
        return None
    if "unavailable" in read_document(Kind.SCHEME, scheme_id)[0]:
        return None
    claims, _ = load_claims()
    scheme, _ = _parsed(Kind.SCHEME, scheme_id, parse_scheme, claims)
    return scheme if scheme.version == version else None


def _parsed(
    kind: Kind, name: str, parse: Callable[[Mapping[str, Any], Claims], Noun], claims: Claims
) -> tuple[Noun, bytes]:
    """Read and parse one file; its errors name it."""
    document, content = read_document(kind, name)
    with inside(name):
        noun = parse(document, claims)
        _refuse_taken_id(kind, Entry(document).file_id(), content)
        return noun, content


def _refuse_taken_id(kind: Kind, file_id: str, content: bytes) -> None:
    """Refuse a file under the id of another that ships: a reading names files by their ids."""
    if file_id in shipped_ids(kind) and content != read_document(kind, file_id)[1]:
        raise GuidanceError(f"id = {file_id!r}", "an id that no shipped file has")


def _policy(name: str, claims: Claims) -> tuple[Policy, bytes]:
    """Read one policy, and the one that ships which it is based on."""
    document, own = read_document(Kind.POLICY, name)
    content = own
    with inside(name):
        if BASED_ON in document:
            other = document[BASED_ON]
            if other not in shipped_ids(Kind.POLICY):
                raise GuidanceError(
                    f"{BASED_ON} = {str(other)[:80]!r}", "the id of a policy that ships"
                )
            base, base_content = read_document(Kind.POLICY, other)
            if BASED_ON in base:
                raise GuidanceError(f"{BASED_ON} = {other!r}", "a policy that is based on no other")
            document, content = on_top_of(base, document), base_content + own
        policy = parse_policy(document, claims)
        _refuse_taken_id(Kind.POLICY, policy.id, own)
        return policy, content


def _population(name: str, claims: Claims) -> tuple[Population, Claims, bytes]:
    """Read one population, with the claims that its own counts gave."""
    (population, own), content = _parsed(Kind.POPULATION, name, parse_population, claims)
    if own.keys() & claims.keys():
        raise GuidanceError(f"{name}: id = {population.id!r}", "an id that no shipped file has")
    return population, own, content


@cache
def _shipped_populations() -> tuple[tuple[Population, ...], tuple[bytes, ...]]:
    """Read every population that ships."""
    claims, _ = load_claims()
    read = [_population(name, claims) for name in shipped_ids(Kind.POPULATION)]
    return tuple(one[0] for one in read), tuple(one[2] for one in read)


def _digest(*contents: bytes) -> str:
    """SHA-256 over contents, each preceded by its length."""
    digest = hashlib.sha256()
    for content in contents:
        digest.update(f"{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
