"""The one exception that a user may see: a sentence that says what was wrong, where, and what to do."""


class UserError(Exception):
    """Bad input or a missing part of the machine.

    The message is one clear sentence (or a few, when keys or names are listed). The command line prints it
    without a traceback and exits with 2; the window shows it on a panel.
    """
