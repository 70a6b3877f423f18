"""The terminal, also after somebody stopped the process and let it go on."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class Terminal(LinuxDriver):
    """Textual's driver, which takes every SIGCONT for the end of its own suspension: after a SIGSTOP it would read keys
    with a second thread beside the first, take the raw modes for those to leave behind, and keep what a shell wrote."""

    def _sigcont_application(self, *arguments: object) -> None:
        left_in_order = self._must_signal_resume or not self._auto_restart  # by SIGTSTP, or for an editor
        if left_in_order or self._key_thread is None:
            super()._sigcont_application(*arguments)
        else:  # not here: what the signal has interrupted may hold the lock of what is written
            self._loop.call_soon_threadsafe(self._come_back)

    def _come_back(self) -> None:
        """Leaves the terminal as it should have been left, and takes it again."""
        self.suspend_application_mode()
        self._must_signal_resume = True  # everything is painted anew
        self.resume_application_mode()
