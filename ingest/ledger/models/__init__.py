"""One model per module. Outside Django's own start-up import them from `ingest.ledger.records`."""

from ingest.ledger.models.build import Build
from ingest.ledger.models.directive import Directive
from ingest.ledger.models.edition import Edition
from ingest.ledger.models.installation import Installation
from ingest.ledger.models.installation_event import InstallationEvent
from ingest.ledger.models.message import Message
from ingest.ledger.models.message_event import MessageEvent
from ingest.ledger.models.node import Node
from ingest.ledger.models.obligation import Obligation
from ingest.ledger.models.publication import Publication
from ingest.ledger.models.publication_hold import PublicationHold
from ingest.ledger.models.raw_file import RawFile
from ingest.ledger.models.reading_means import ReadingMeans
from ingest.ledger.models.receipt_problem import ReceiptProblem
from ingest.ledger.models.recipient import Recipient
from ingest.ledger.models.recipient_event import RecipientEvent
from ingest.ledger.models.reference_version import ReferenceVersion
from ingest.ledger.models.scope import Scope
from ingest.ledger.models.seal_tally import SealTally
from ingest.ledger.models.submission import Submission
from ingest.ledger.models.submission_event import SubmissionEvent
from ingest.ledger.models.user import User
from ingest.ledger.models.verdict import Verdict

__all__ = [
    "Build",
    "Directive",
    "Edition",
    "Installation",
    "InstallationEvent",
    "Message",
    "MessageEvent",
    "Node",
    "Obligation",
    "Publication",
    "PublicationHold",
    "RawFile",
    "ReadingMeans",
    "ReceiptProblem",
    "Recipient",
    "RecipientEvent",
    "ReferenceVersion",
    "Scope",
    "SealTally",
    "Submission",
    "SubmissionEvent",
    "User",
    "Verdict",
]
