"""Bytes in JSON: base64 (RFC 4648, section 4), read strictly."""

from base64 import b64decode, b64encode
from binascii import Error
from typing import Annotated

from pydantic import EncodedBytes, EncoderProtocol


class StrictBase64(EncoderProtocol):
    """Base64 in which a wrong character is an error, not skipped; white space is allowed."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        """The bytes; ValueError where the text is not base64."""
        try:
            return b64decode(b"".join(data.split()), validate=True)
        except Error as error:
            raise ValueError(f"not base64: {error}") from None

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """One line of base64."""
        return b64encode(value)

    @classmethod
    def get_json_format(cls) -> str:
        """The name of the format in JSON Schema."""
        return "base64"


Base64 = Annotated[bytes, EncodedBytes(encoder=StrictBase64)]
