import type { Origin } from '../door/origin.js';

/**
 * Bytes both ways between two authenticated peers, with back-pressure in both directions: the memory it holds is bounded
 * however slow the other side is.
 */
export interface Wire {
  /** Peer id of the other side, as the connection proved it. */
  readonly peer: string;
  /** Where its connection comes from. */
  readonly origin: Origin;
  /** Aborts, with the reason, once nothing more can be written. */
  readonly gone: AbortSignal;
  /** Resolves when there is room for more. One at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Exactly `length` bytes, in a new array or in `into`, which has that length; PEER_MISBEHAVED if the other side ends before, PEER_UNREACHABLE if
   * it is gone. One at a time.
   */
  read(length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** Says that no more comes, once all is handed on; then lets the other side finish for at most `lingerMilliseconds`. */
  finish(lingerMilliseconds: number): Promise<void>;
  /** Breaks off at once. What waits, and all that follows, rejects with `reason`. */
  abort(reason: unknown): void;
  /** The same, with the connection and all that it carries. */
  disconnect(reason: unknown): void;
}
