"""Pictures as bytes: PNG with a palette, JPEG in colour."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from calcsight.pictures.inks import palette

_JPEG_QUALITY = 86


def palette_png(entries: NDArray[np.uint8]) -> bytes:
    """Encode palette entries (rows, columns); a third of the time and size of colour."""
    rows, columns = entries.shape
    image = Image.frombuffer("P", (columns, rows), np.ascontiguousarray(entries), "raw", "P", 0, 1)
    image.putpalette(palette())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def as_colour(entries: NDArray[np.uint8], widest_px: int) -> NDArray[np.uint8]:
    """Turn palette entries into BGR (rows, columns, 3), shrunk to at most this width."""
    table = np.array(palette(), np.uint8).reshape(256, 1, 3)[:, :, ::-1]
    picture = cv2.applyColorMap(entries, np.ascontiguousarray(table))
    zoom = min(1.0, widest_px / picture.shape[1])
    if zoom < 1.0:
        picture = cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    """Encode a BGR picture (rows, columns, 3), or a grey one (rows, columns), as JPEG."""
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise RuntimeError(f"a picture of shape {picture.shape} could not be encoded")
    return bytes(data)
