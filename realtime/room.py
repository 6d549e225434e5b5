"""One open document in one process (房间), and the way of one keystroke.

1. A page sends ``[0][2] update``. The consumer hands the frame to the connection's room, which puts it into
   its inbox (``Room.receive``) and wakes the committer. Nothing else happens yet: nobody has seen the edit.
2. The committer, at once when it is idle and else when its window of 15 to 28 ms is over, asks every woken
   room to close its window (``close_window``). The room checks each update's bytes without integrating them,
   integrates them into its document, and hands over the received bytes with their author.
3. The committer writes all windows of all rooms in one transaction, in a thread (``services.log.append``).
4. After the commit each room delivers (``deliver``): the window's updates merged into one message go to
   everybody in the room, the sender included, for whom this is the acknowledgement; then the questions that
   came meanwhile are answered from the document, which is now exactly what is committed, and barriers go back
   to their senders.
5. Other processes get a hint over the channel layer ("document D reached n") and read the rows; without the
   hint they find them within a second by looking (``catch_up``).

What can go wrong: an update that is refused by the check closes its sender and is quarantined. One that
breaks the document while it is integrated also leaves the document half changed: the room is rebuilt from the
log, the others' updates of the window go back into the inbox and nobody but the sender notices. A commit that
fails closes the room's connections with 4503: their pages still have what was not acknowledged, and bring it
again.

Everything here runs on the event loop; the document is never touched by another thread.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from realtime import grammar, updates, wire
from realtime.connection import LATER, MALFORMED, Connection
from realtime.errors import MalformedFrameError, RefusedUpdateError
from realtime.kinds import RoomKind
from realtime.limits import Limits
from realtime.outlet import Message
from realtime.presence import Presence, stamped
from realtime.replica import Replica
from realtime.services.log import NewRows, Row
from realtime.services.replay import Loaded
from realtime.space import Space

if TYPE_CHECKING:
    from realtime.server import Server

logger = logging.getLogger(__name__)

UPDATE, ANSWER, QUESTION, BARRIER, JOIN, INVITATION, FAREWELL = range(7)


class Item(NamedTuple):
    """Something that waits in the inbox, in the order it came."""

    what: int
    connection: Connection
    payload: bytes


@dataclass(slots=True)
class Window:
    """What a room wants committed and then delivered."""

    room: "Room"
    items: list[Item]
    rows: list[tuple[int | None, bytes]] = field(default_factory=list)
    replica: Replica | None = None
    """The document that holds these rows already."""

    def entry(self) -> NewRows:
        return NewRows(self.room.document_id, self.room.epoch, self.rows)

    @property
    def is_stale(self) -> bool:
        """Whether the room's document was read again since, perhaps before these rows were committed."""
        return self.room.rebuilding or self.replica is not self.room.replica

    def let_go(self) -> None:
        """Nobody waits for this window any more; who was about to come in comes again."""
        for item in self.items:
            item.connection.close(LATER, "come again")
            item.connection.settle()


class Room:
    """A document, the connections that look at it, and what they sent since the last window."""

    def __init__(self, loaded: Loaded, kind: RoomKind, *, server: "Server", limits: Limits) -> None:
        self.document_id, self.key, self.epoch = loaded.document_id, loaded.key, loaded.epoch
        self.kind, self.limits, self._server = kind, limits, server
        self.connections: set[Connection] = set()
        self.presence = Presence()
        self.seq = loaded.seq
        self.busy = False  # a window of this room is being committed
        self.rebuilding = False
        self.ended = False
        self.wanted_seq = self.told_seq = loaded.seq
        self.catching_up = False
        self.opened_before_look = False
        self.empty_since = server.now()
        self._inbox: list[Item] = []
        self._own: list[tuple[int, int]] = []  # ranges of rows written here, beyond `seq`
        self.space = Space(limits.document_bytes)
        self._adopt(loaded)
        self.space.full = self._is_used_up()

    def _adopt(self, loaded: Loaded) -> None:
        self.replica, self.rows_since_snapshot = loaded.replica, loaded.rows
        self.space.found(loaded.size, exact=False)

    def _is_used_up(self) -> bool:
        if self.space.is_used_up:
            self.space.weigh(self.replica)
        return self.space.is_used_up

    # --- coming and going -----------------------------------------------------------------------------------

    def join(self, connection: Connection) -> None:
        """Let a connection in, in the order of the inbox: it is asked about committed content alone."""
        if self.ended:
            connection.close(LATER, "come again")
        else:
            self._post(JOIN, connection, b"")

    def invite(self, connection: Connection) -> None:
        """Ask a page for what it has and the document lacks: it may write now."""
        self._post(INVITATION, connection, b"")

    def leave(self, connection: Connection) -> None:
        """A connection is gone; what it sent before is still committed."""
        self.connections.discard(connection)
        if connection.client is not None:
            self.presence.drop(connection.client, connection)
            self._server.wake(self)
        if not self.connections:
            self.empty_since = self._server.now()

    def part(self, connection: Connection) -> None:
        """The page is gone; ``connection.settled`` comes when all that it sent is committed."""
        if self.ended:
            connection.settle()
        else:
            self._post(FAREWELL, connection, b"")

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be lost or missed if the room went out of memory."""
        return not (self.connections or self._inbox or self.busy or self.rebuilding)

    @property
    def takes_rows(self) -> bool:
        """Whether rows that others wrote are of use now; a room that is rebuilt reads them itself."""
        return not (self.ended or self.rebuilding)

    @property
    def unsettled(self) -> bool:
        """Whether something that was received is not committed yet."""
        return not self.ended and (self.busy or any(item.what <= ANSWER for item in self._inbox))

    # --- what pages send ------------------------------------------------------------------------------------

    def receive(self, connection: Connection, frame: bytes) -> None:
        """Take one frame of a page. Raises MalformedFrameError."""
        if (update := wire.lone_update(frame)) is not None:
            self._receive_sync(connection, wire.UPDATE, update)
            return
        for kind, step, payload in wire.messages(frame):
            if kind == wire.SYNC:
                self._receive_sync(connection, step, payload)
            elif kind == wire.AWARENESS:
                self._receive_presence(connection, payload)
            elif kind == wire.BARRIER:
                self._receive_barrier(connection, payload)
            elif kind == wire.QUERY_AWARENESS:
                connection.send(wire.awareness(self._others(connection)))

    def _receive_sync(self, connection: Connection, step: int, payload: bytes) -> None:
        if step == wire.STEP1:
            self._bound(payload, self.limits.question_bytes)
            updates.state_clocks(payload)
            self._post(QUESTION, connection, payload)
            return
        if step == wire.STEP2:
            connection.owes_answer = False
        if payload != wire.EMPTY_UPDATE:
            self._post(ANSWER if step == wire.STEP2 else UPDATE, connection, payload)

    def _receive_barrier(self, connection: Connection, payload: bytes) -> None:
        self._bound(payload, self.limits.barrier_bytes)
        self._post(BARRIER, connection, payload)

    @staticmethod
    def _bound(payload: bytes, most: int) -> None:
        if len(payload) > most:
            raise MalformedFrameError("The message is too long.")

    def _receive_presence(self, connection: Connection, payload: bytes) -> None:
        self._bound(payload, self.limits.question_bytes)
        for client, _, raw in wire.read_awareness(payload):
            if self._speaks_for(connection, client, raw):
                self._show(connection, client, raw)

    def _speaks_for(self, connection: Connection, client: int, raw: bytes) -> bool:
        if len(raw) > self.limits.presence_bytes or client > wire.LARGEST_CLIENT:
            return False
        if connection.client is not None:
            return client == connection.client
        return raw != b"null" and self.presence.may_take(client, connection, connection.identity.person_id)

    def _show(self, connection: Connection, client: int, raw: bytes) -> None:
        state = stamped(raw, connection.identity.user())
        if state is not None:
            connection.client = client
            person_id = connection.identity.person_id
            if not self.presence.put(client, state, owner=connection, person_id=person_id):
                return  # pages renew what they showed; that goes with the next edit, or the look of every second
        elif connection.client is not None:
            self.presence.drop(client, connection)
        self._server.wake(self)

    def _post(self, what: int, connection: Connection, payload: bytes) -> None:
        self._inbox.append(Item(what, connection, payload))
        self._server.wake(self)

    # --- before the commit ----------------------------------------------------------------------------------

    def close_window(self) -> Window:
        """Check and integrate what the inbox holds; what is to be committed and answered."""
        items, self._inbox = self._inbox, []
        window = Window(self, [], replica=self.replica)
        for nth, item in enumerate(items):
            try:
                self._take(item, window)
            except RefusedUpdateError as error:
                self._expel(item, str(error))
                self._begin_again(window.items + items[nth + 1 :])
                return Window(self, [])
            except BaseException:
                self._inbox = items  # whoever ends the room now finds all who wait
                raise
        return window

    def _take(self, item: Item, window: Window) -> None:
        """Put an item into the window, an update into the document too. Raises RefusedUpdateError."""
        if item.what <= ANSWER:
            outline = self._accepted(item)
            if outline is None:
                return
            self.replica.take(item.payload, outline)
            window.rows.append((item.connection.identity.person_id, item.payload))
        window.items.append(item)

    def _accepted(self, item: Item) -> grammar.Outline | None:
        """What an update holds that is to be integrated; a bad or forbidden one is dealt with here."""
        try:
            outline = updates.check(item.payload)
            news = item.what == UPDATE or updates.brings_news(self.replica.doc, item.payload)
        except (RefusedUpdateError, MalformedFrameError) as error:
            self._expel(item, str(error))
            return None
        return outline if news and self._may_come_in(item, outline) else None

    def _may_come_in(self, item: Item, outline: grammar.Outline) -> bool:
        """Whether the page may write and there is space; else it is told."""
        connection = item.connection
        if not connection.may_write:
            connection.refuse_write()
            if connection.read_only_cause() == "role":
                self._server.note_refusal("write", connection.visit, connection.identity.person_id)
            return False
        taken = self.space.take(item.payload, outline, self.replica, follows=not connection.is_behind)
        if not taken:
            self._refuse_for_space(connection)
        if item.what == UPDATE and (self.space.full or connection.is_behind):
            # The page believes that nothing is taken, and what of it is still to come may be lighter by what it deleted.
            connection.to_be_asked |= taken or bool(outline.deleted)
        elif not taken:
            connection.to_be_asked |= not self.space.is_exact
        return taken

    def _refuse_for_space(self, connection: Connection) -> None:
        """A large edit may be too large alone; but where little is free, all are told."""
        connection.refuse_for_space()
        if self.space.is_scarce and not self.space.full:
            self.space.full = True
            for other in self.connections - {connection}:
                other.tell_level()

    def _expel(self, item: Item, reason: str) -> None:
        """Close the sender of an update that would hurt, and keep the bytes aside."""
        item.connection.close(MALFORMED, "not a sound update")
        self._server.quarantine(self, item.connection, item.payload, reason)

    def _begin_again(self, items: list[Item]) -> None:
        """The document may be half changed: build it anew from the log, then take the others' items again."""
        self._inbox = items + self._inbox
        self._server.rebuild(self)

    def postpone(self, window: Window, last_seq: int | None) -> None:
        """The window is committed, but the document was read again: its rows are read like others', the rest waits."""
        self._inbox = [item for item in window.items if item.what > ANSWER] + self._inbox
        self._server.wake(self)
        if last_seq is not None:
            self._server.reached(self.document_id, last_seq)

    def resume(self, loaded: Loaded) -> None:
        """Go on with a document that was read from the log."""
        self._adopt(loaded)
        self.rebuilding = False
        self._own = []  # what of them the log held when it was read is there, the rest is read again
        self._server.wake(self)
        self._server.reached(self.document_id, max(loaded.seq, self.wanted_seq))

    # --- after the commit -----------------------------------------------------------------------------------

    def deliver(self, window: Window, last_seq: int | None) -> None:
        """Show what is committed now, answer what was asked, say who is here: to each page in this order, and as one."""
        news = [] if last_seq is None else [self._news(window, last_seq)]
        changes = {client: wire.present(*entry) for client, entry in self.presence.changes().items()}
        apart = self._who_hears_more(window, changes)
        for connection in apart:
            connection.hold()
        try:
            self._tell(news, changes, apart)
            for item in window.items:
                self._answer(item)
            for connection in apart & self.connections:
                self._tell_of_others(connection, changes)
        finally:
            for connection in apart:
                connection.release()

    def _who_hears_more(self, window: Window, changes: dict[int, bytes]) -> set[Connection]:
        """Who asked something, and whose own presence is among the changes."""
        asked = {item.connection for item in window.items if item.what > ANSWER}
        return asked.union(one for one in self.connections if one.client in changes) if changes else asked

    def _tell(self, news: list[bytes], changes: dict[int, bytes], apart: set[Connection]) -> None:
        """News to all; to those who hear nothing else, who is here as well."""
        presence = [wire.awareness_of(list(changes.values()))] if changes else []
        first, whole = Message(*news), Message(*news, *presence)
        if whole.payloads:
            for connection in tuple(self.connections):
                connection.write(first if connection in apart else whole)
        if changes:
            self._server.share_presence(self)

    def _tell_of_others(self, connection: Connection, changes: dict[int, bytes]) -> None:
        """But nobody of themselves: an echo would undo a newer move."""
        others = [part for client, part in changes.items() if client != connection.client]
        if others:
            connection.send(wire.awareness_of(others))

    def _news(self, window: Window, last_seq: int) -> bytes:
        self._note_written(last_seq - len(window.rows) + 1, last_seq)
        return wire.update(updates.merge([payload for _, payload in window.rows]))

    def _note_written(self, first: int, last: int) -> None:
        self.rows_since_snapshot += last - first + 1
        if first == self.seq + 1:
            self.seq = last
        else:  # another process, or the site itself, has written in between
            self._own.append((first, last))
            self._server.reached(self.document_id, last)

    def _answer(self, item: Item) -> None:
        connection = item.connection
        if item.what == FAREWELL:
            connection.settle()
        elif connection.gone:
            return
        elif item.what == QUESTION:
            self._answer_question(connection, item.payload)
        elif item.what == BARRIER and connection.is_saved:
            connection.send(wire.barrier(item.payload))
        elif item.what == JOIN:
            self._welcome(connection)
        elif item.what == INVITATION:
            self._invite(connection)

    def _answer_question(self, connection: Connection, state: bytes) -> None:
        try:
            with updates.refusing("The state vector cannot be read"):
                answer = self.replica.encode(since=state)
        except RefusedUpdateError:
            connection.close(MALFORMED, "not a state vector")
            return
        connection.answer(wire.step2(answer))

    def _invite(self, connection: Connection) -> None:
        if connection.may_write:
            if connection.to_be_asked:
                connection.tell_again()
            connection.begin_anew()
            connection.send(wire.step1(self.replica.state()))

    def _welcome(self, connection: Connection) -> None:
        self.connections.add(connection)
        if connection.read_only_cause() or connection.visit.events:
            connection.tell_level()
        self._invite(connection)
        connection.send(wire.awareness(self._others(connection)))

    # --- a full document ------------------------------------------------------------------------------------

    def look_for_space(self) -> None:
        """Once a second: open the document again when it has become lighter, and ask pages for what was refused."""
        if not self.takes_rows:
            return
        if self.space.full:
            self._weigh()
        invited = {item.connection for item in self._inbox if item.what == INVITATION}
        for connection in self.connections - invited:
            if connection.to_be_asked:
                self.invite(connection)

    def _weigh(self) -> None:
        try:
            self.space.weigh_in_turn(self.replica)
        except RefusedUpdateError:
            logger.exception("document %s cannot be weighed; it is read from the log again", self.document_id)
            self._server.rebuild(self)
            return
        if not self.space.is_scarce:
            self.space.full = False
            for connection in self.connections:
                connection.to_be_asked = True

    # --- presence -------------------------------------------------------------------------------------------

    def _others(self, connection: Connection) -> list[tuple[int, int, str]]:
        return [entry for entry in self.presence.entries() if entry[0] != connection.client]

    # --- rows of others -------------------------------------------------------------------------------------

    def take_rows(self, rows: Sequence[Row], until: int) -> None:
        """Rows that another process or the site wrote: integrate and show them. ``until`` is how far was
        looked.
        """
        foreign = [
            row.payload for row in rows if not any(first <= row.seq <= last for first, last in self._own)
        ]
        try:
            self.replica.apply(foreign)
        except RefusedUpdateError:
            logger.exception("document %s: a row of the log cannot be integrated", self.document_id)
            self._begin_again([])
            return
        self.seq = max([self.seq, until, *(row.seq for row in rows[-1:])])
        self._own = [(first, last) for first, last in self._own if last > self.seq]
        self.space.add(sum(map(len, foreign)))
        self.rows_since_snapshot += len(foreign)
        if foreign:
            self._tell([wire.update(updates.merge(foreign))], {}, set())

    # --- the cache ------------------------------------------------------------------------------------------

    def snapshot(self) -> tuple[int, bytes, bytes]:
        """(seq, full encoding, state) of what is committed; only between windows. Raises RefusedUpdateError."""
        self.replica.condense()
        whole = self.replica.encode()
        self.space.found(len(whole), exact=True)
        self.rows_since_snapshot = 0
        return self.seq, whole, self.replica.state()

    # --- the end --------------------------------------------------------------------------------------------

    def end(self, code: int = LATER, reason: str = "") -> None:
        """Close everybody and be gone; a page that comes again finds a fresh room."""
        self.ended = True
        self._server.forget(self)
        for connection in {*self.connections, *(item.connection for item in self._inbox)}:
            connection.close(code, reason)
            connection.settle()
        self._inbox = []

    def announce(self, event: dict[str, Any]) -> None:
        """An event for the pages that asked for events."""
        message = Message(wire.event(event))
        for connection in tuple(self.connections):
            if connection.visit.events:
                connection.write(message)
