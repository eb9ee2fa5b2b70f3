"""Which act a message in which state may undergo, and what it is afterwards.

In: a state and an act. Out: the state that follows. Nothing is read and nothing written.
"""

from __future__ import annotations

from ingest.ledger.records import Message, MessageEvent
from ingest.ledger.refusals import WrongStateError

State = Message.State
Act = MessageEvent.Kind

BEGINS = {Act.DRAFTED: State.DRAFT, Act.HELD: State.HELD, Act.QUEUED: State.QUEUED}
"""What a message may begin as, by the act that made it."""
FOLLOWS: dict[State, dict[Act, State]] = {
    State.DRAFT: {Act.HELD: State.HELD, Act.QUEUED: State.QUEUED, Act.WITHDRAWN: State.WITHDRAWN},
    State.HELD: {Act.QUEUED: State.QUEUED, Act.WITHDRAWN: State.WITHDRAWN},
    State.QUEUED: {
        Act.HELD: State.HELD,
        Act.HANDED: State.QUEUED,
        Act.DEFERRED: State.QUEUED,
        Act.SENT: State.SENT,
        Act.BOUNCED: State.BOUNCED,
        Act.WITHDRAWN: State.WITHDRAWN,
    },
    # A server that took a message may say later that it could not be delivered.
    State.SENT: {Act.BOUNCED: State.BOUNCED, Act.AGAIN: State.QUEUED},
    State.BOUNCED: {Act.AGAIN: State.QUEUED, Act.WITHDRAWN: State.WITHDRAWN},
    State.WITHDRAWN: {},
}
UNSENT = tuple(state for state, acts in FOLLOWS.items() if Act.WITHDRAWN in acts)
"""What can still be withdrawn."""


def after(state: str, act: Act) -> State:
    """What a message is after that act. Raises WrongStateError: `message_state`."""
    follows = FOLLOWS[State(state)].get(act)
    if follows is None:
        raise WrongStateError("message_state", f"{act} of what is {state}", state=state, act=act.value)
    return follows
