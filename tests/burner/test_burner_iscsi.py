"""The target as an initiator sees it (RFC 7143)."""

import socket

import pytest

from burner.disc import BLOCK_BYTES, Disc, Profile
from burner.iscsi import LUN, NAME, CheckCondition, Op, parse_text, running, text
from burner.mmc import Drive
from burner.speaking_iscsi import Initiator


@pytest.fixture
def disc(tmp_path):
    return Disc.blank(tmp_path / "disc", Profile.DVD_RAM, 4096)


@pytest.fixture
def port(disc):
    with running(Drive(disc)) as port:
        yield port


@pytest.fixture
def host(port):
    with Initiator(port) as host:
        with pytest.raises(CheckCondition, match="6/29/00"):
            host([0x00])
        yield host


def test_a_login_agrees_on_what_the_target_can_do(host):
    agreed = host.agreed
    assert (agreed["HeaderDigest"], agreed["AuthMethod"], agreed["InitialR2T"]) == ("None", "None", "Yes")
    assert agreed["X-com.example.unheard-of"] == "NotUnderstood"


def test_another_targets_name_is_not_found(port):
    with pytest.raises(ConnectionRefusedError, match="0203"):
        Initiator(port, TargetName="iqn.2001-04.com.example:other")


def test_it_listens_on_loopback_alone(port):
    with socket.create_server(("127.0.0.2", port)):  # free: nobody has taken all addresses
        pass


def test_discovery_names_the_target_and_where_it_is(port):
    with Initiator(port, SessionType="Discovery") as host:
        told = parse_text(host.ask(Op.TEXT, Op.TEXT_RESPONSE, data=text({"SendTargets": "All"})))
    assert told == {"TargetName": NAME, "TargetAddress": f"127.0.0.1:{port},1"}


def test_a_ping_comes_back_as_it_went(host):
    assert host.ask(Op.NOP_OUT, Op.NOP_IN, words={20: 0xFFFFFFFF}, data=b"there?") == b"there?"


def test_an_abort_is_acknowledged(host):
    host.ask(Op.TASK, Op.TASK_DONE, words={20: 99})
    host([0x00])


def test_a_command_out_of_its_turn_is_ignored(host):
    host._number += 5
    host.begin([0x12, 0, 0, 0, 36], wants=36)
    assert host.ask(Op.NOP_OUT, Op.NOP_IN, words={20: 0xFFFFFFFF}, data=b"there?") == b"there?"
    host._number -= 6
    host([0x00])


def test_what_is_no_request_is_rejected_and_the_session_goes_on(host):
    host.ask(0x1C, Op.REJECT)
    host([0x00])


def test_data_crosses_in_pieces_both_ways(host, disc):
    data = bytes(range(256)) * 8 * 30
    host([0x2A, 0, 0, 0, 0, 2, 0, 0, 30], data)
    assert host.transfers == 4
    assert disc.image.read_bytes()[2 * BLOCK_BYTES :] == data
    assert host([0x28, 0, 0, 0, 0, 2, 0, 0, 30], wants=len(data)) == data


def test_a_reply_is_no_longer_than_what_was_asked_for(host):
    assert len(host([0x12, 0, 0, 0, 255], wants=36)) == 36


def test_other_units_are_not_there_and_the_list_says_which_is(host):
    with pytest.raises(CheckCondition, match="5/25/00"):
        host([0x00], lun=LUN + 1)
    assert host([0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 16], wants=16, lun=0)[8:10] == bytes([0, LUN])


def test_a_host_that_goes_away_leaves_the_target_for_the_next(port):
    with Initiator(port) as first:
        first._stream.shutdown(socket.SHUT_RDWR)
        first._stream.close()
        first._stream = socket.create_connection(("127.0.0.1", port))
        first._log_in({"TargetName": NAME})
        with pytest.raises(CheckCondition, match="6/29/00"):
            first([0x00])
        first([0x00])
