"""Images of a study in, exposures out: one exposure is one view, however often it was processed.

A detector's pixels are often stored twice, FOR PROCESSING and FOR PRESENTATION. Both show one
exposure and are read once. That two images are of one exposure is taken from the header of the
one, which names the other as its source; else from the second of the exposure, side, view and
modifiers, and then only where nothing else could be meant. In doubt two images stay two views:
a view that is read twice is seen, one that is never read is not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from calcsight.dicom.kinds import Kind
from calcsight.node.stored_images import StoredImage
from calcsight.terms.mammogram import Intent, Laterality, View

_SIDES = (Laterality.RIGHT, Laterality.LEFT)
_VIEWS = tuple(View)
_BOTH_INTENTS = sorted((Intent.FOR_PRESENTATION, Intent.FOR_PROCESSING))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """One exposure, as one view of the exam.

    Parameters
    ----------
    image : StoredImage
        The one that is read.
    others : tuple of StoredImage
        Other images of the same exposure; results refer to them, too.
    """

    image: StoredImage
    others: tuple[StoredImage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyImages:
    """The images of a study, sorted out.

    Parameters
    ----------
    exposures : tuple of Exposure
        By view, then side, then time; the same whatever the order in which images came.
    left_out : tuple of StoredImage
        Captures beside mammograms: dose sheets, pictures of a screen.
    """

    exposures: tuple[Exposure, ...]
    left_out: tuple[StoredImage, ...] = ()


def sorted_out(images: Iterable[StoredImage], read_intent: Intent) -> StudyImages:
    """Find the exposures of a study.

    Parameters
    ----------
    images : iterable of StoredImage
        Of one study; one that comes twice counts once.
    read_intent : Intent
        Which image of an exposure is read when there are both; the other when it is alone.

    Returns
    -------
    StudyImages
        A capture (Secondary Capture, film) is a view only in a study without a mammogram of a
        detector: there it may be a digitised film.
    """
    known = list({one.uid: one for one in images}.values())
    digital = [one for one in known if one.kind is not Kind.FILM]
    captures = [one for one in known if one.kind is Kind.FILM]
    views = digital or captures
    joined = _joined_by_time(_joined_by_source(views))
    exposures = sorted((_exposure(one, read_intent) for one in joined), key=_order)
    return StudyImages(
        exposures=tuple(exposures),
        left_out=tuple(sorted(captures, key=lambda one: one.uid)) if digital else (),
    )


def _joined_by_source(images: Sequence[StoredImage]) -> list[list[StoredImage]]:
    """Join an image with the one that it was made from, over several steps if need be."""
    known = {one.uid: one for one in images}
    families: dict[str, list[StoredImage]] = defaultdict(list)
    for one in images:
        at, seen = one, {one.uid}
        while (source := _source(at, known)) is not None and source.uid not in seen:
            seen.add(source.uid)
            at = source
        # Images made from each other in a circle say nothing that could be true.
        in_circle = source is not None
        families[one.uid if in_circle else at.uid].append(one)
    return [part for family in families.values() for part in _without_contradiction(family)]


def _without_contradiction(family: list[StoredImage]) -> list[list[StoredImage]]:
    """Part a family whose images state several sides or views: some header of it is wrong."""
    sides = {one.laterality for one in family} - {None}
    views = {one.view for one in family} - {None}
    return [family] if len(sides) <= 1 and len(views) <= 1 else [[one] for one in family]


def _source(image: StoredImage, known: dict[str, StoredImage]) -> StoredImage | None:
    """Return the one image of the study that this was made from; None for none or several."""
    if len(image.made_from) != 1 or not image.one_exposure:
        return None
    source = known.get(next(iter(image.made_from)))
    if source is None or not source.one_exposure or source is image:
        return None
    return source


def _joined_by_time(families: Sequence[list[StoredImage]]) -> list[list[StoredImage]]:
    """Join one image FOR PROCESSING with one FOR PRESENTATION when all that is stated agrees.

    Only where the study holds exactly these two of that second, side, view and modifiers: clocks
    that were set to nothing by de-identification make a view and its repetition look like one.
    """
    alike: dict[object, list[StoredImage]] = defaultdict(list)
    for one in chain(*families):
        alike[_moment(one)].append(one)
    alike.pop(None, None)
    single = {family[0].uid for family in families if len(family) == 1}
    pairs = [
        pair
        for pair in alike.values()
        if [one.intent for one in sorted(pair, key=lambda one: one.intent)] == _BOTH_INTENTS
        # One that names a source which is not here was made from that, and from no other.
        and all(one.uid in single and not one.made_from for one in pair)
    ]
    paired = {one.uid for one in chain(*pairs)}
    return [*pairs, *(family for family in families if family[0].uid not in paired)]


def _moment(image: StoredImage) -> object:
    """Return second, side, view and modifiers of an exposure; None when one is not stated."""
    stated = image.exposed_at and image.laterality and image.view and image.one_exposure
    return (image.exposed_at, image.laterality, image.view, image.modifiers) if stated else None


def _exposure(images: Sequence[StoredImage], read_intent: Intent) -> Exposure:
    """Choose the image to read.

    Of several with the intent asked for: the largest (others may be cut out of it), then the
    one that was made first, so that a later one changes nothing.
    """
    chosen, *others = sorted(
        images,
        key=lambda one: (
            one.intent is not read_intent,
            -one.size_px,
            _made_at(one),
            one.uid,
        ),
    )
    return Exposure(image=chosen, others=tuple(others))


def _made_at(image: StoredImage) -> tuple[str, str]:
    header = image.source.header
    return (str(header.get("ContentDate") or "9"), str(header.get("ContentTime") or "9"))


def _order(exposure: Exposure) -> tuple[int, int, str, str]:
    """Sort by view, side, time and UID; what is unknown comes last."""
    image = exposure.image
    return (
        _VIEWS.index(image.view) if image.view else len(_VIEWS),
        _SIDES.index(image.laterality) if image.laterality in _SIDES else len(_SIDES),
        image.exposed_at.isoformat() if image.exposed_at else "~",
        image.uid,
    )
