"""Every error has a status of HTTP, and families of errors share one side of them."""

import pytest

from calcsight.terms.errors import (
    CalcsightError,
    NoSuchPageError,
    RequestError,
    RequestTooLargeError,
    WrongHostError,
    error_classes,
)
from calcsight.web.http_status import HTTP_STATUS_OF, http_status_of


def test_every_error_of_the_tree_has_a_status() -> None:
    assert set(HTTP_STATUS_OF) == set(error_classes())
    assert all(400 <= one <= 599 for one in HTTP_STATUS_OF.values())


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RequestError, 422),
        (NoSuchPageError, 404),
        (RequestTooLargeError, 413),
        (WrongHostError, 421),
        (CalcsightError, 500),
    ],
)
def test_what_goes_wrong_with_a_request(error: type[CalcsightError], status: int) -> None:
    assert http_status_of(error("found")) == status
