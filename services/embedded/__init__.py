"""A Redis-compatible server and a Postgres for one machine, from wheels, started and stopped for you."""

from services.embedded.addresses import Addresses, read_addresses
from services.embedded.servers import Servers

__all__ = ["Addresses", "Servers", "read_addresses"]
