"""What a link of a stranger's can and can't make the desk fetch."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.fakes.media import picture, running_media
from whatsapp.gateway.addresses import is_public
from whatsapp.gateway.download import MAX_REDIRECTS, DownloadFailed, download

MB = 1024 * 1024
PICTURE = picture()
NOT_THERE = ("The link leads to no public address.", True)


@pytest.fixture
def media():
    with running_media() as server:
        yield server


def fetched(url: str, **how) -> bytes:
    return download(url, **{"limit": MB, "loopback": True, "seconds": 5, **how})


def refusal(url: str, **how) -> tuple[str, bool]:
    with pytest.raises(DownloadFailed) as error:
        fetched(url, **how)
    assert url not in str(error.value)
    return str(error.value), error.value.permanent


def resolving(monkeypatch, *addresses: str) -> list[tuple]:
    """Make every name lead to these; the names that were asked for."""
    asked: list[tuple] = []

    def getaddrinfo(host, port, *args, **kwargs):
        asked.append((host, port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in addresses]

    monkeypatch.setattr("whatsapp.gateway.addresses.socket.getaddrinfo", getaddrinfo)
    return asked


def test_a_file_is_fetched_over_redirects_with_the_names_host(media):
    target = media.has("/b", PICTURE)
    assert fetched(media.redirects("/a", "/b")) == PICTURE
    assert fetched(media.redirects("/c", target)) == PICTURE
    assert set(media.hosts) == {media.url.removeprefix("http://")}


NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.9",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_of_no_public_network_is_refused(address, monkeypatch):
    resolving(monkeypatch, address)
    assert refusal("https://files.example.in/a", loopback=False) == (
        "The link leads to no public address.",
        True,
    )


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.1", "localhost", "[::1]"]
)
def test_an_odd_spelling_of_this_machine_is_refused(host):
    assert refusal(f"http://{host}/a", loopback=False) == NOT_THERE


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    resolving(monkeypatch, "93.184.215.14", "10.0.0.7")
    assert refusal("http://files.example.in/a", loopback=False) == NOT_THERE


def test_even_the_demo_reaches_no_other_machine_of_the_network(monkeypatch):
    resolving(monkeypatch, "169.254.169.254")
    assert refusal("http://metadata.example.in/a", loopback=True) == NOT_THERE


def test_a_redirect_into_the_network_is_refused(media, monkeypatch):
    """The first hop is let through as if it were public, the second is judged."""
    public = media.redirects("/a", "http://169.254.169.254/latest/meta-data")
    assert refusal(public) == ("The link leads to no public address.", True)
    assert media.asked == ["/a"]


def test_the_connection_goes_to_the_address_that_was_checked(media, monkeypatch):
    """A name that leads elsewhere when it is resolved a second time gains nothing."""
    link = media.has("/a", PICTURE).replace("127.0.0.1", "rebind.example.in")
    asked = resolving(monkeypatch, "127.0.0.1")
    assert fetched(link) == PICTURE
    assert [host for host, _ in asked] == ["rebind.example.in", "127.0.0.1"]
    assert media.hosts[0].startswith("rebind.example.in:")


@pytest.mark.parametrize(
    "link",
    [
        "",
        "ftp://files.example.in/a",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "//files.example.in/a",
        "http://",
        "http://user:secret@files.example.in/a",
        "http://files.example.in:port/a",
        "http://[fe80::1/a",
        "just words",
        "http://" + "a" * 300 + ".in/",
        "http://a..b/",
    ],
)
def test_what_is_no_web_link_is_refused_for_good(link):
    with pytest.raises(DownloadFailed) as error:
        fetched(link, loopback=False)
    assert error.value.permanent is True


def test_an_odd_port_is_refused_for_good(monkeypatch):
    asked = resolving(monkeypatch, "93.184.215.14")
    assert refusal("http://files.example.in:6379/a", loopback=False)[1] is True
    assert asked == []


def test_redirects_end(media):
    media.redirects("/loop", "/loop")
    assert refusal(f"{media.url}/loop") == ("The link redirects more than 3 times.", True)
    assert len(media.asked) == MAX_REDIRECTS + 1


def test_a_hundred_megabytes_are_given_up_at_the_limit(media):
    assert refusal(media.claims("/big", 100 * MB)) == ("It is larger than 1 MB.", True)


def test_a_link_that_never_ends_is_given_up_at_the_limit(media):
    assert refusal(media.never_ends("/endless")) == ("It is larger than 1 MB.", True)


@pytest.mark.parametrize("headers", [True, False])
def test_a_server_that_drips_is_given_up_in_time(media, headers):
    sentence, permanent = refusal(media.drips("/slow", headers=headers), seconds=0.2)
    assert (sentence, permanent) == ("It did not come within 60 seconds.", False)


def test_half_a_file_is_not_kept_for_the_whole(media):
    assert refusal(media.breaks_off("/half"))[1] is False


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (403, True), (404, True), (410, True), (429, False), (500, False), (503, False)],
)
def test_only_what_may_pass_is_tried_again(media, status, permanent):
    sentence = f"The link's server answered {status}."
    assert refusal(media.fails("/a", status)) == (sentence, permanent)


def test_a_server_that_is_not_there_may_come_back():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert refusal(f"http://127.0.0.1:{port}/a")[1] is False


def test_a_name_that_does_not_resolve_may_come_back(monkeypatch):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror

    monkeypatch.setattr("whatsapp.gateway.addresses.socket.getaddrinfo", getaddrinfo)
    assert refusal("https://files.example.in/a", loopback=False)[1] is False


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """Key and certificate of files.example.in, which this test's desk trusts."""
    path = tmp_path / "pair.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    name = ["-subj", "/CN=files.example.in", "-addext", "subjectAltName=DNS:files.example.in"]
    out = ["-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([*command.split(), *name, *out], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    trusting = ssl.create_default_context(cafile=f"{path}.crt")
    monkeypatch.setattr("whatsapp.gateway.download.ssl.create_default_context", lambda: trusting)
    return path


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_over_tls_the_name_must_be_the_certificates(certificate, monkeypatch):
    with running_media(certificate) as media:
        media.has("/a", PICTURE)
        port = media.url.rpartition(":")[2]
        resolving(monkeypatch, "127.0.0.1")
        assert fetched(f"https://files.example.in:{port}/a") == PICTURE
        sentence, _ = refusal(f"https://other.example.in:{port}/a")
        assert sentence == "The server's certificate is not valid."
        assert media.asked == ["/a"]


def test_a_server_without_a_certificate_is_not_believed(media):
    link = media.has("/a", PICTURE).replace("http://", "https://")
    assert refusal(link)[1] is False
    assert media.asked == []
