"""Only public addresses are connected to."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetching.guard import Guard, read_networks, read_ports

GUARD = Guard()


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_may_be_fetched_from(address):
    assert GUARD.find_fault(address, 443) is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255",
        "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1",
        "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1",
        "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "2606:2800:220::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_any_other_address_may_not(address):
    assert "not a public address" in (GUARD.find_fault(address, 443) or "")


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_never_fetched_from(address):
    """A socket would go to the IPv4 address in it, or to a gateway that does."""
    number = int(address)
    for prefix in ("::ffff:0:0", "::", "64:ff9b::", "2002::"):
        start = int(ip_network(f"{prefix}/128").network_address)
        shift = 80 if prefix == "2002::" else 0
        clothed = str(ip_network(start + (number << shift)).network_address)
        if ":" in clothed:
            assert GUARD.find_fault(clothed, 443)


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_only_the_ports_of_the_web_are_connected_to(port):
    assert f"port {port}" in (GUARD.find_fault("8.8.8.8", port) or "")
    assert Guard(ports=read_ports("80, 443,8080")).find_fault("8.8.8.8", 8080) is None


def test_what_is_allowed_by_name_may_be_fetched_from_on_any_port():
    guard = Guard(read_networks("127.0.0.1/32, fd00::/8"))
    assert guard.find_fault("127.0.0.1", 9000) is None
    assert guard.find_fault("fd00::9", 9000) is None
    assert guard.find_fault("127.0.0.2", 80)
    assert guard.find_fault("::ffff:127.0.0.1", 80)


@pytest.mark.parametrize(
    ("read", "value"), [(read_networks, "localhost"), (read_ports, "http"), (read_ports, "0")]
)
def test_a_setting_that_makes_no_sense_is_refused(read, value):
    with pytest.raises(ValueError, match=r"port|int|network"):
        read(value)
