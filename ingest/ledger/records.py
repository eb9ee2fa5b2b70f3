"""The ledger's models, importable without thinking about Django's start-up.

Importing this module configures Django first if nobody has, which the models themselves cannot do.
"""

from ingest.ledger.store.connection import configure

configure()

from ingest.ledger.models import (  # noqa: E402  # only a configured Django can import models
    Build,
    Directive,
    Edition,
    Installation,
    InstallationEvent,
    Message,
    MessageEvent,
    Node,
    Obligation,
    Publication,
    PublicationHold,
    RawFile,
    ReadingMeans,
    ReceiptProblem,
    Recipient,
    RecipientEvent,
    ReferenceVersion,
    Scope,
    SealTally,
    Submission,
    SubmissionEvent,
    User,
    Verdict,
)

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
