"""The exception tree. Exceptions are for faults; a bad cell or a vendor's answer is data.

Every message is one sentence or two for the person who runs the program: what happened,
where, and what to do now. No message ever holds the API key or contact details.
"""


class BatchOrdersError(Exception):
    """Root of every fault that batch_orders raises on purpose.

    `setting` names the setting to look at, such as "ledger", or is "": each door says how its people set it.
    """

    def __init__(self, sentence: str, setting: str = "") -> None:
        super().__init__(sentence)
        self.setting = setting


class ConfigurationError(BatchOrdersError):
    """An option, setting, key, folder or address is wrong. Nothing was sent."""


class SheetError(BatchOrdersError):
    """The sheet cannot be read, lacks a required column or holds no rows."""


class LedgerError(BatchOrdersError):
    """The ledger cannot be opened, read or written."""


class LedgerConflict(LedgerError):
    """A guarded change of an order hit no row: somebody else has moved it."""


class SubmitterBusy(BatchOrdersError):
    """Another run is submitting to the same environment and holds the lock."""


class LookUpError(BatchOrdersError):
    """A read-only question to the vendor got no answer. It proves nothing and changes nothing."""


class ReportError(BatchOrdersError):
    """A report, template or corrections workbook cannot be written."""


class SandboxError(BatchOrdersError):
    """The sandbox cannot be started."""


class InboxError(BatchOrdersError):
    """Files of an inbox can no longer be taken or put away."""


class InboxBusy(BatchOrdersError):
    """Another process is at work on the same inbox."""
