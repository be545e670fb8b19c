"""The drive in the guest, as the desk has it: bays, orders, evidence."""

from stick import MIB
from system.faults import expected


class Station:
    """Its images lie in the guest since before it was saved: /tmp/usb, /tmp/dvd."""

    def __init__(self, guest, process: int) -> None:
        self.guest = guest
        self.process = process

    def loaded(self, bay: str):
        """What is in the bay of this sort (`usb`, `dvd`), None for nothing."""
        return next((each for each in self.guest.call("loaded")["bays"] if each["bay"].startswith(bay)), None)

    def until_loaded(self, bay: str):
        return self.guest.until(lambda: self.loaded(bay))

    def plug(self, stick, node=None, *, name: str = "stick", serial: str = "TWIN0001"):
        """The stick into the socket; what the drive says of it."""
        self.guest.plug_stick(name, node or stick.node(), serial=serial)
        loaded = self.until_loaded("usb")
        self.guest.does("udevadm", "settle")  # which has it locked while it looks at it
        return loaded

    def order(self, action: str, bay: str = "usb"):
        """Signed, for what is in the bay now."""
        image = "" if action == "erase" else f"/tmp/{bay}"
        named = self.loaded(bay)["bay"]
        return self.guest.call("order", action=action, bay=named, letter="U" if bay == "usb" else "D", image=image)

    def give(self, order, action: str, bay: str = "usb"):
        """To the drive; what came of it."""
        self.begin(order, action, bay)
        return self.outcome(order)

    def does(self, action: str, bay: str = "usb"):
        """The order and what came of it."""
        return self.give(self.order(action, bay), action, bay)

    def begin(self, order, action: str, bay: str = "usb") -> None:
        self.guest.call("begin", **self._given(order, action, bay))

    def leave(self, order, action: str, bay: str = "usb") -> None:
        """Begun by a desk that is killed at the first that it is told."""
        assert self.guest.call("leave", **self._given(order, action, bay)) == {"left": True}

    def _given(self, order, action: str, bay: str) -> dict[str, str]:
        image = f"/tmp/{bay}" if action == "write" else ""
        return {"action": action, "bay": order["there"]["bay"], "path": order["order"], "image": image}

    def outcome(self, order, seconds: float = 300):
        return self.guest.until(lambda: self.guest.call("outcome", path=order["order"]), seconds)

    def bytes_read(self) -> int:
        """From the one stick, as the kernel counts them: units of 512 bytes, the third number of its line."""
        return int(self.guest.does("sh", "-c", "cat /sys/block/sd*/stat").split()[2]) * 512

    def ask(self, order):
        return self.guest.call("ask", number=order["number"])

    def cancel(self, order) -> None:
        self.guest.call("cancel", number=order["number"])

    def slow_down(self, bytes_per_second: int = 4 * MIB) -> None:
        """Makes the throttle group `slow`, for `Stick.slow`; 0: as fast as it can."""
        limits = {"bps-total": bytes_per_second}
        if bytes_per_second:
            self.guest.qmp("object-add", qom_type="throttle-group", id="slow", limits=limits)
        else:
            self.guest.qmp("qom-set", path="/objects/slow", property="limits", value=limits)


def told(given) -> str:
    """What came of an order, as the tables of faults say it: `PASS`, `FAIL CODE`, `UNKNOWN CODE`, `refused CODE`."""
    if "refused" in given:
        return f"refused {given['refused']}"
    return f"{given['evidence']['verdict']} {given['evidence']['code']}".strip()


def in_the_table(fault: str, stage: str) -> str:
    """A cell of tests/system/faults.toml that is measured here."""
    where, _, cell = expected(fault, stage).partition(": ")
    assert where == "machine"
    return cell
