"""How a process is told to stop."""

import signal


class Stop:
    """Whether a stop was asked for, by signals but those that are ignored, as `nohup` has a hang-up.

    A plain flag, to be looked at between short sleeps: a `threading.Event` that is set in a signal handler can wait
    for ever for the lock that the interrupted thread holds.
    """

    def __init__(self, *signals: signal.Signals) -> None:
        self.requested = False
        for number in signals:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: self.request())

    def request(self) -> None:
        """Ask for the stop."""
        self.requested = True
