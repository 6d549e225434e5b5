/** For tests: a small server of the y-websocket protocol that stores before it echoes, as slowly as a test wants. */
import type { AddressInfo } from "node:net";

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { WebSocketServer, type WebSocket as Socket } from "ws";
import * as Y from "yjs";

import { AUTH, AWARENESS, BARRIER, EVENT, SYNC, SYNC_STEP_1, SYNC_STEP_2, UPDATE } from "../frames";

export class TestServer {
  readonly doc = new Y.Doc();
  /** Milliseconds from receiving to having stored. */
  commitMs = 0;
  /** Closes each new connection with this code. */
  refuse: number | null = null;
  readOnly = false;
  /** Says nothing any more, as behind a line that was cut without a word. */
  silent = false;
  /** Bytes of every sync frame received, and the addresses asked for. */
  readonly frames: number[] = [];
  readonly addresses: string[] = [];
  readonly sockets = new Set<Socket>();
  #server: WebSocketServer | null = null;
  #port = 0;

  async listen(): Promise<void> {
    const server = new WebSocketServer({ port: this.#port, host: "127.0.0.1", maxPayload: 8 * 1024 * 1024 });
    await new Promise((resolve) => server.once("listening", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    server.on("connection", (socket, request) => this.#greet(socket, request.url ?? ""));
  }

  get address(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** A power cut: what is not stored is lost. */
  async kill(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.sockets.clear();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(null)));
    this.#server = null;
  }

  /** Falls silent; what was on its way has arrived when this returns, for a pong comes after it. */
  async hush(): Promise<void> {
    this.silent = true;
    await Promise.all([...this.sockets].map((socket) => pong(socket)));
  }

  event(event: object): void {
    for (const socket of this.sockets) this.#say(socket, message(EVENT, (e) => encoding.writeVarString(e, JSON.stringify(event))));
  }

  /** Asks every page for what it has and the server lacks, as when it takes edits again. */
  ask(): void {
    for (const socket of this.sockets) this.#say(socket, sync(SYNC_STEP_1, Y.encodeStateVector(this.doc)));
  }

  close(code: number): void {
    for (const socket of this.sockets) socket.close(code);
  }

  #say(socket: Socket, frame: Uint8Array): void {
    if (!this.silent) socket.send(frame);
  }

  #greet(socket: Socket, url: string): void {
    this.addresses.push(url);
    if (this.refuse !== null) {
      socket.close(this.refuse);
      return;
    }
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("message", (data) => this.silent || this.#read(socket, new Uint8Array(data as Buffer)));
    this.#say(socket, this.readOnly ? denied() : sync(SYNC_STEP_1, Y.encodeStateVector(this.doc)));
  }

  #read(socket: Socket, frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === SYNC) this.#sync(socket, decoder, frame.length);
    else if (type === BARRIER && !this.readOnly) setTimeout(() => this.sockets.has(socket) && this.#say(socket, frame), this.commitMs);
    else if (type === AWARENESS) for (const other of this.sockets) if (other !== socket) this.#say(other, frame);
  }

  #sync(socket: Socket, decoder: decoding.Decoder, size: number): void {
    const step = decoding.readVarUint(decoder);
    const payload = decoding.readVarUint8Array(decoder);
    if (step === SYNC_STEP_1) {
      this.#say(socket, sync(SYNC_STEP_2, Y.encodeStateAsUpdate(this.doc, payload)));
      return;
    }
    this.frames.push(size);
    if (this.readOnly) this.#say(socket, denied());
    else setTimeout(() => this.#store(socket, payload), this.commitMs);
  }

  #store(socket: Socket, update: Uint8Array): void {
    if (!this.sockets.has(socket)) return; // the power went
    Y.applyUpdate(this.doc, update);
    for (const other of this.sockets) this.#say(other, sync(UPDATE, update));
  }
}

function pong(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("pong", () => resolve());
    socket.once("close", () => resolve());
    socket.ping();
  });
}

function message(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, type);
    write(encoder);
  });
}

function sync(step: number, payload: Uint8Array): Uint8Array {
  return message(SYNC, (encoder) => {
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

function denied(): Uint8Array {
  return message(AUTH, (encoder) => {
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, "read only");
  });
}
