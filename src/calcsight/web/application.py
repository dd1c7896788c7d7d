"""The whole page of answers as one ASGI application."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from calcsight.terms.errors import CalcsightError
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.version import VERSION
from calcsight.web.api import api_routes
from calcsight.web.desk import Desk
from calcsight.web.guarding import Guard
from calcsight.web.page_routes import page_routes
from calcsight.web.refusals import Refusals
from calcsight.web.rendering import Pages


def application(desk: Desk, hosts: frozenset[str] | None) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    desk : Desk
    hosts : frozenset of str or None
        Names and addresses by which a browser may ask for it; None = any.
    """
    pages = Pages(desk)
    refusals = Refusals(pages)
    # The pages that FastAPI offers for its interface fetch scripts from elsewhere.
    app = FastAPI(
        title="calcsight: plain answers",
        description=INTENDED_USE,
        version=VERSION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        # Starlette's own would repeat the query, and send to the name that was asked by.
        redirect_slashes=False,
    )
    app.add_exception_handler(CalcsightError, refusals.of_error)
    app.add_exception_handler(RequestValidationError, refusals.of_form)
    app.add_exception_handler(HTTPException, refusals.of_http)
    app.include_router(api_routes(desk))
    app.include_router(page_routes(desk, pages))
    app.add_middleware(Guard, hosts=hosts, refused=refusals.refused)
    return app
