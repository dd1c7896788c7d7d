"""The parts of a source article, told apart by the form that it was saved in.

Three forms are known: questions each with its answer; a page of an encyclopedia, whose headings
and lists ran into the text when it was saved; and an article with its details before it and
comments behind it. What belongs to the site and not to the article (widgets, "you might also
like", forms) is kept apart and never written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph, or a list when it has items.

    Parameters
    ----------
    text : str
        Of a list: the line that leads to it; "" = none.
    items : tuple of str
    """

    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with what stands under it.

    Parameters
    ----------
    heading : str
        "" = before the first heading.
    blocks : tuple of Block
        Empty = a heading alone.
    """

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Article:
    """A source article in parts.

    Parameters
    ----------
    title, address : str
        "" = not given.
    people, dates : mapping from str to str
        By what the article calls them; dates as printed.
    alternative_names : tuple of str
    sections : tuple of Section
    references, related : tuple of str
    comments : tuple of Section
        Readers' posts, newest first as they stood; no part of the article.
    left_out : tuple of str
        Lines of the site; not written anywhere.
    """

    title: str
    sections: tuple[Section, ...]
    address: str = ""
    people: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    alternative_names: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    comments: tuple[Section, ...] = ()
    left_out: tuple[str, ...] = ()

    def own_texts(self) -> Iterator[str]:
        """Yield the running texts, whose wording is not ours to use.

        Left out are what may be said in the same words: headings, names, references, dates.
        """
        for section in (*self.sections, *self.comments):
            yield " ".join(
                part for block in section.blocks for part in (block.text, *block.items) if part
            )
        yield from self.left_out


_SITE = re.compile(
    r"THIS IS INTERESTING|Free Widgets|Print this Article|You might also Like|Discuss this Article"
    r"|Post your comments|Post Anonymously|forgot password|Learn how to cite|.*\bmore\.\.\.$"
)
_BULLET = re.compile(r"^[•*-]\s+")
# Where a line break was lost: a small letter or a bracket, then a capital; a stop, then a capital.
_LOST_BREAK = re.compile(r"(?<=[a-z)])(?=[A-Z][a-z])")
_LOST_SPACE = re.compile(r"(?<=[.?!])(?=[A-Z])")
# The headings of an encyclopedia's page, in their order.
_PAGE_PARTS = (
    "Information",
    "WHEN IS FURTHER TESTING NEEDED?",
    "Alternative Names",
    "Images",
    "References",
    "Review Date",
    "Updated by:",
    "Learn how to cite this page",
    "Related MedlinePlus Health Topics",
)


def article_from(text: str) -> Article:
    """Tell the parts of a saved article.

    Raises
    ------
    ValueError
        When the text has none of the known forms.
    """
    text = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    if text.startswith("source :"):
        return _page(text)
    if "Article Details" in text:
        return _article(text)
    if len(re.findall(r"^.+\?$", text, re.MULTILINE)) > 1:
        return _questions(text)
    raise ValueError("neither questions with answers, nor a page with a source, nor an article")


def _questions(text: str) -> Article:
    """Read questions, each with its answer; the first stands alone and is the title."""
    lines, left_out = _without_site(text)
    sections: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.endswith("?"):
            sections.append((line, []))
        else:
            sections[-1][1].append(line)
    return Article(
        title=lines[0],
        sections=tuple(Section(heading=one, blocks=_blocks(under)) for one, under in sections),
        left_out=left_out,
    )


def _page(text: str) -> Article:
    """Read a page of an encyclopedia by the headings that ran into its text."""
    first, _, body = text.partition("\n")
    found = re.split("|".join(rf"({re.escape(one)})" for one in _PAGE_PARTS), body)
    parts = [one.strip() for one in found if one is not None]
    under = dict(zip(parts[1::2], parts[2::2], strict=True))
    information, testing, names = (under[one] for one in _PAGE_PARTS[:3])
    return Article(
        title="",
        address=first.removeprefix("source :").strip(),
        people={"updated by": " ".join(under["Updated by:"].split())},
        dates={"review": under["Review Date"]} | _dates_in(under["Updated by:"]),
        alternative_names=tuple(one.strip() for one in names.split(";")),
        sections=(
            Section(heading="", blocks=(Block(text=parts[0]),)),
            Section(heading=_PAGE_PARTS[0], blocks=tuple(_unjoined(information))),
            Section(heading=_PAGE_PARTS[1], blocks=tuple(_unjoined(testing))),
        ),
        references=tuple(re.split(r"(?<=\d\.)(?=[A-Z])", under["References"])),
        related=tuple(under["Related MedlinePlus Health Topics"].split("\n")),
        left_out=("Learn how to cite this page", under["Images"]),
    )


def _dates_in(text: str) -> dict[str, str]:
    """Return the day of the update that a line on its authors holds."""
    found = re.search(r"update on (\d\d/\d\d/\d{4})", text)
    return {"update": found[1]} if found else {}


def _unjoined(text: str) -> Iterator[Block]:
    """Put back the breaks that were lost; what follows a colon up to the next sentence is a list.

    The last item ran into the next paragraph too: where a break was lost within a sentence, the
    piece before it is an item.
    """
    lead, colon, rest = text.partition(":")
    if not colon:
        yield from (Block(text=one.strip()) for one in _LOST_SPACE.split(text))
        return
    *before, leading = _LOST_SPACE.split(f"{lead}{colon}")
    sentence_leading = re.split(r"(?<=[.?!]) ", leading)
    yield from (Block(text=one.strip()) for one in (*before, *sentence_leading[:-1]))
    *items, following = _LOST_BREAK.split(rest.strip())
    yield Block(text=sentence_leading[-1], items=tuple(items))
    yield from (Block(text=one.strip()) for one in _LOST_SPACE.split(following))


def _article(text: str) -> Article:
    """Read an article with its details before it and comments behind it."""
    body, _, behind = text.partition("Discuss this Article")
    title, _, rest = body.partition("Article Details")
    details = dict(
        re.findall(r"^\s*•\s*([^:\n]+):\s*(?:\n\s*)?([^\n•]+)$", rest, flags=re.MULTILINE)
    )
    lines, left_out = _without_site(rest)
    paragraphs = [one for one in lines if not _is_detail(one, details)]
    comments: list[tuple[str, list[str]]] = []
    behind_lines, left_behind = _without_site(behind)
    for line in behind_lines:
        if re.fullmatch(r"Post \d+", line):
            comments.append((line, []))
        else:
            comments[-1][1].append(line)
    return Article(
        title=title.strip(),
        people={key.lower(): value for key, value in details.items() if "Date" not in key},
        dates={key.lower(): value for key, value in details.items() if "Date" in key},
        sections=(Section(heading="", blocks=_blocks(paragraphs)),),
        comments=tuple(Section(heading=one, blocks=_blocks(under)) for one, under in comments),
        left_out=left_out + left_behind,
    )


def _is_detail(line: str, details: dict[str, str]) -> bool:
    """Tell whether a line is one of the details, or the value of one that stands alone."""
    bare = _BULLET.sub("", line)
    return bare in details.values() or bare.partition(":")[0] in details


def _without_site(text: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the lines that hold something, and apart from them those of the site."""
    lines = [" ".join(one.split()) for one in text.splitlines() if one.strip()]
    site = [one for one in lines if _SITE.match(_BULLET.sub("", one))]
    return [one for one in lines if one not in site], tuple(site)


def _blocks(lines: list[str]) -> tuple[Block, ...]:
    """Return paragraphs; lines with a bullet become the list of the line before them."""
    blocks: list[Block] = []
    for line in lines:
        if not _BULLET.match(line):
            blocks.append(Block(text=line))
            continue
        last = blocks.pop() if blocks else Block(text="")
        blocks.append(Block(text=last.text, items=(*last.items, _BULLET.sub("", line))))
    return tuple(blocks)
