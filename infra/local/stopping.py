"""How a process is told to stop."""

import signal


class Stop:
    """Whether a stop was asked for, by signals, but not by a hang-up that is ignored, as `nohup` has it.

    A plain flag, to be looked at between short sleeps: a `threading.Event` that is set in a signal handler can wait
    for ever for the lock that the interrupted thread holds.
    """

    def __init__(self, *signals: signal.Signals) -> None:
        self.requested = False
        for number in signals:
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue
            # An interrupt is ignored by whatever a shell starts beside itself, and stops it all the same.
            signal.signal(number, lambda *_: self.request())

    def request(self) -> None:
        """Ask for the stop."""
        self.requested = True
