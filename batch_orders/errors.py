"""The one tree of exceptions, drawn in CONTRIBUTING.md. They are for faults; a bad cell or a vendor's answer is data.

Every message is one sentence or two for the person who uses the program: what happened, where, and
what to do now. It names the thing and no option, field or button: each door adds how its people set
it. No message ever holds the API key or contact details.
"""


class BatchOrdersError(Exception):
    """Root of every fault that batch_orders raises on purpose.

    `setting` is the name of the setting that would mend it, such as "ledger" or "max-orders", or "".
    """

    def __init__(self, sentence: str, setting: str = "") -> None:
        super().__init__(sentence)
        self.setting = setting


class ConfigurationError(BatchOrdersError):
    """A setting, key, folder, address or word is wrong. Nothing was sent; correct it and start again."""


class SheetError(BatchOrdersError):
    """The sheet cannot be read, lacks a required column or holds no rows. Nothing of it was sent."""


class ColumnsError(SheetError):
    """The sheet's headers are not known, or not all of them that an order needs. Nothing of it was sent.

    `lacking` says what was found and what lacks, as a sentence: the whole message says how to mend it as well, which
    a door that asks what each column means leaves out. `columns` has each header of the row that comes nearest, with
    up to three values below it.
    """

    def __init__(self, lacking: str, columns: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> None:
        super().__init__(
            f"{lacking} Add the columns, or name your own ones in [columns] of batch-orders.toml."
        )
        self.lacking = lacking
        self.columns = columns


class MachineError(BatchOrdersError):
    """This machine cannot do what any sheet needs, such as a temporary folder with room."""


class LedgerError(BatchOrdersError):
    """The ledger cannot be opened, read or written, and nothing may be sent without it."""


class LedgerConflict(LedgerError):
    """A guarded change of an order hit no row: somebody else has moved it. Look at it again."""


class SubmitterBusy(BatchOrdersError):
    """Another run is submitting to the same environment. Nothing was sent; start again when it is done."""


class LookUpError(BatchOrdersError):
    """A read-only question to the vendor got no answer. It proves nothing and changes nothing."""


class ReportError(BatchOrdersError):
    """A report, template or corrections workbook cannot be written. The ledger has it all."""


class SandboxError(BatchOrdersError):
    """The sandbox cannot be started. Nothing was rehearsed, and nothing is bought in any case."""


class InboxError(BatchOrdersError):
    """Files of an inbox can no longer be taken or put away. What was sent is in the ledger."""


class InboxBusy(BatchOrdersError):
    """Another process is at work on the same inbox and takes its files. There is nothing to do."""
