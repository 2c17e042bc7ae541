"""The few refusals about events and messages."""

from customers.errors import Conflict, InvalidInput


class NotAnEvent(InvalidInput):
    """A webhook body that is no JSON object; nothing of it is kept."""

    code = "not_an_event"


class ReceiptTooEarly(Conflict):
    """A receipt came while the message it may belong to is still being sent; try again."""

    code = "receipt_too_early"


class NotResendable(Conflict):
    """Only a message that failed, or perhaps went out, is sent again by hand."""

    code = "not_resendable"


class DeskNotRunning(Conflict):
    """Nobody listens where the simulator posts to."""

    code = "desk_not_running"


class OnlyInDemo(Conflict):
    """What the demo may do and production must not."""

    code = "only_in_demo"


class NotFailed(Conflict):
    """Only an event that failed, or was kept without being understood, is processed again."""

    code = "not_failed"


class WindowClosed(Conflict):
    """WhatsApp allows free text only within 24 hours of the customer's last message."""

    code = "window_closed"
