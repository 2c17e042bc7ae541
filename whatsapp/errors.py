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


class NotOptedIn(Conflict):
    """The customer has not agreed to notices, or does not want them any more."""

    code = "not_opted_in"


class NoticeOff(Conflict):
    """Staff switched this kind of notice off."""

    code = "notice_off"


class NoNumber(Conflict):
    """There is no WhatsApp number to write to."""

    code = "no_number"


class NoApprovedTemplate(Conflict):
    """Outside the 24 hours only an approved template may go, and there is none for it."""

    code = "no_approved_template"


class TemplatesNotFetched(Conflict):
    """Gupshup didn't give its list of templates; nothing was changed."""

    code = "templates_not_fetched"


class WrongVariables(InvalidInput):
    """The words of a notice name what is not known of the event, or too much or too little."""

    code = "wrong_variables"


class NoFakeGupshup(Conflict):
    """The desk's replies go elsewhere than to the fake Gupshup, or it does not answer."""

    code = "no_fake_gupshup"
