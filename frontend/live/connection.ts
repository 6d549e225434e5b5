/** The socket of one document: a stock y-websocket provider, with acknowledgements, patience and manners. */
import type * as decoding from "lib0/decoding";
import { readVarString, readVarUint, readVarUint8Array } from "lib0/decoding";
import type { Encoder } from "lib0/encoding";
import type { Awareness } from "y-protocols/awareness";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

import { AUTH, barrierFrame, BARRIER, EVENT, readBarrier, splitUpdate, SYNC, SYNC_STEP_1, SYNC_STEP_2, updateFrame, UPDATE } from "./frames";

export interface ConnectionHooks {
  /** The socket opened, exchanged everything (`true`), or closed. */
  opened(open: boolean): void;
  /** All edits up to this version are stored by the server. */
  acked(version: number): void;
  event(event: Record<string, unknown>): void;
  /** The server takes no edits from here. */
  denied(reason: string): void;
  /** Closed for a reason that waiting does not change. */
  ended(code: number): void;
  /** A connection failed or was lost; another try follows. */
  lost(): void;
}

export interface ConnectionOptions {
  doc: Y.Doc;
  awareness: Awareness;
  address: string;
  room: string;
  params: Record<string, string>;
  hooks: ConnectionHooks;
  /** The origin of what `push` sends, which is not sent a second time. */
  pushed: object;
  socket?: typeof WebSocket;
}

type Handler = (encoder: Encoder, decoder: decoding.Decoder, provider: WebsocketProvider, emitSynced: boolean, type: number) => void;

/** How long to wait before the nth try: random, so that a restarted server is not met by everybody at once. */
export function delay(attempt: number, later: boolean, random: () => number = Math.random): number {
  const ceiling = Math.min(1000 * 2 ** attempt, 15000);
  return (later ? 3000 : 100) + random() * ceiling;
}

/** A server says something every 20 seconds; after so long without a word the line is dead, though nobody said so. */
const SILENCE_MS = 30_000;
const LOOK_MS = 3000;

/** The code of a server that asks to come back later. */
const LATER = 4503;
/** Any number that makes the provider's own exponential wait longer than ours, which then decides. */
const OUR_WAIT = 16;

/** From so many bytes on it is worth while to look whether they can be fewer. */
const MUCH = 2 ** 16;

/** What a server of that state lacks. Undo keeps what was deleted; a copy does not, so what is taken back because it did not fit fits. */
function missingOf(doc: Y.Doc, state: Uint8Array): Uint8Array {
  const missing = Y.encodeStateAsUpdate(doc, state);
  if (missing.length < MUCH) return missing;
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return Y.encodeStateAsUpdate(copy, state);
}

export class Connection {
  readonly provider: WebsocketProvider;
  readonly #options: ConnectionOptions;
  #local = 0;
  #asked: number | null = null;
  #offered = false;
  /** The server wants no edits: it asks for none, and confirms none. */
  #listening = false;
  #attempt = 0;
  #later = false;
  /** When the server was last heard, by a clock that nobody sets; the provider goes by the computer's. */
  #heard = 0;
  #endings: (() => void)[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { doc, awareness, address, room, params } = options;
    this.provider = new WebsocketProvider(address, room, doc, {
      awareness,
      params,
      disableBc: true,
      connect: false,
      ...(options.socket ? { WebSocketPolyfill: options.socket } : {}),
    });
    this.#handlers();
    this.#sendInPieces();
    this.#listen();
  }

  get open(): boolean {
    return this.provider.wsconnected && this.provider.synced && this.#offered;
  }

  /** Only listening: nothing is ever confirmed here. */
  get listening(): boolean {
    return this.#listening;
  }

  connect(): void {
    this.provider.connect();
  }

  /** Tries at once instead of waiting for the next turn. */
  hurry(): void {
    if (this.provider.shouldConnect && this.provider.ws === null) this.provider.connect();
  }

  /** Gives up the socket at once, as if the line were cut; the next try follows. */
  drop(): void {
    this.provider.disconnect();
    this.provider.shouldConnect = true;
  }

  /** Whether the line is alive: asked now and then, and when somebody comes back to the page. */
  #look(): void {
    const { provider } = this;
    const silence = Math.max(performance.now() - this.#heard, Date.now() - provider.wsLastMessageReceived);
    if (provider.wsconnected && silence > SILENCE_MS) this.drop();
  }

  /** Sends edits that an earlier visit left; before the greeting they go with it. */
  push(update: Uint8Array): void {
    if (this.#offered) for (const piece of splitUpdate(update)) this.#send(updateFrame(piece));
  }

  /** Asks for an acknowledgement of everything up to this version. */
  confirm(version: number): void {
    this.#local = version;
    if (this.#asked === null && this.open && !this.#listening) this.#ask();
  }

  destroy(): void {
    for (const ending of this.#endings) ending();
    this.provider.destroy();
  }

  #ask(): void {
    this.#asked = this.#local;
    this.#send(barrierFrame(this.#local));
  }

  #send(frame: Uint8Array): void {
    const { ws } = this.provider;
    if (ws && ws.readyState === ws.OPEN) ws.send(frame as Uint8Array<ArrayBuffer>);
  }

  #handlers(): void {
    const handlers = this.provider.messageHandlers as unknown as Handler[];
    const { hooks } = this.#options;
    const stock = handlers[SYNC] as Handler;
    handlers[SYNC] = (encoder, decoder, provider, emitSynced, type) => {
      if (decoder.arr[decoder.pos] === SYNC_STEP_1) this.#offer(decoder);
      else stock(encoder, decoder, provider, emitSynced, type);
      this.#settled();
    };
    handlers[AUTH] = (_encoder, decoder) => {
      if (readVarUint(decoder) !== 0) return;
      this.#listening = true;
      this.#offered = true;
      this.#asked = null;
      hooks.denied(readVarString(decoder));
      this.#settled();
    };
    handlers[BARRIER] = (_encoder, decoder) => this.#acked(readBarrier(decoder));
    handlers[EVENT] = (_encoder, decoder) => {
      const event: unknown = JSON.parse(readVarString(decoder));
      if (typeof event === "object" && event !== null) hooks.event(event as Record<string, unknown>);
    };
    handlers.forEach((handle, type) => {
      handlers[type] = (...message) => {
        this.#heard = performance.now();
        handle(...message);
      };
    });
  }

  /** Sends what the server does not have; in pieces, for a whole day offline may not fit one frame. */
  #offer(decoder: decoding.Decoder): void {
    readVarUint(decoder);
    const missing = missingOf(this.#options.doc, readVarUint8Array(decoder));
    const pieces = splitUpdate(missing);
    pieces.forEach((piece, i) => this.#send(updateFrame(piece, i === pieces.length - 1 ? SYNC_STEP_2 : UPDATE)));
    this.#offered = true;
    if (!this.#listening) return;
    this.#listening = false; // it asks: from now on it takes edits
    if (this.open) this.#ask();
  }

  /** After each part of the greeting: once both sides have given what they had, everything can be confirmed. */
  #settled(): void {
    if (!this.open || this.#asked !== null || this.#attempt < 0) return;
    this.#attempt = -1;
    this.#options.hooks.opened(true);
    if (!this.#listening) this.#ask();
    const { awareness } = this.#options;
    awareness.setLocalState(awareness.getLocalState()); // a new clock, or peers ignore us for 15 seconds
  }

  #acked(version: number): void {
    this.#asked = null;
    this.#options.hooks.acked(version);
    if (version < this.#local && this.open) this.#ask();
  }

  /** The provider would send an update of any size in one frame. */
  #sendInPieces(): void {
    const { doc } = this.#options;
    doc.off("update", this.provider._updateHandler);
    const send = (update: Uint8Array, origin: unknown): void => {
      if (origin !== this.provider && origin !== this.#options.pushed) for (const piece of splitUpdate(update)) this.#send(updateFrame(piece));
    };
    doc.on("update", send);
    this.#endings.push(() => doc.off("update", send));
  }

  #listen(): void {
    const { hooks } = this.#options;
    const { provider } = this;
    provider.on("status", ({ status }) => {
      if (status === "disconnected") hooks.opened(false);
    });
    provider.on("connection-close", (event) => this.#closed(event));
    provider.on("closed", ({ code }) => hooks.ended(code));
    provider.on("status", ({ status }) => {
      if (status === "connected") this.#heard = performance.now();
    });
    const back = (): void => {
      this.#look();
      this.hurry();
    };
    const shown = (): void => {
      if (document.visibilityState === "visible") back();
    };
    // A page that is kept for the Back button must not say «saved» when it comes again before it is connected again.
    const kept = (event: PageTransitionEvent): void => {
      if (event.persisted) this.drop();
    };
    this.#on(window, { online: back, offline: () => this.drop(), pageshow: back, pagehide: kept as EventListener });
    this.#on(document, { visibilitychange: shown, resume: back });
    const timer = setInterval(() => this.#look(), LOOK_MS);
    this.#endings.push(() => clearInterval(timer));
  }

  #on(target: EventTarget, listeners: Record<string, EventListener>): void {
    for (const [name, listener] of Object.entries(listeners)) {
      target.addEventListener(name, listener);
      this.#endings.push(() => target.removeEventListener(name, listener));
    }
  }

  #closed(event: CloseEvent | null): void {
    this.#asked = null;
    this.#offered = false;
    this.#listening = false;
    this.#later = event?.code === LATER;
    this.#attempt = Math.max(this.#attempt + 1, 0);
    this.provider.wsUnsuccessfulReconnects = OUR_WAIT;
    this.provider.maxBackoffTime = delay(this.#attempt, this.#later);
    this.#options.hooks.lost();
  }
}

