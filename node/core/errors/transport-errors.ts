import { row } from './row.js';

/** Peers and their messages. */
export const transportErrors = {
  PEER_UNREACHABLE: row<{ peer: string; reason: string }>(
    (d) => `peer ${d.peer} cannot be reached: ${d.reason}`,
    'Check that it runs and that its addresses on chain are right, or go on with another.',
  ),
  LISTEN_FAILED: row<{ addresses: string; reason: string }>(
    (d) => `nobody can be listened to at ${d.addresses}: ${d.reason}`,
    'End what holds the port, or name other addresses of this machine in "listen" of the provider; /tcp/0 takes a free port.',
  ),
  PEER_SILENT: row<{ peer: string; waitedFor: string; milliseconds: number }>(
    (d) => `peer ${d.peer} was silent for ${d.milliseconds} ms while we waited for ${d.waitedFor}`,
    'Try again later or go on with another.',
  ),
  PEER_MISBEHAVED: row<{ peer: string; what: string }>(
    (d) => `peer ${d.peer} broke the protocol: ${d.what}`,
    'Go on with another, and check that both ends run versions that fit each other.',
  ),
  PEER_REFUSED: row<{ peer: string; code: string; sentence: string }>(
    (d) => `peer ${d.peer} refused with ${d.code}: ${d.sentence}`,
    'The reason is the peer’s own: act on it or go on with another.',
  ),
  PEER_BUSY: row<{ what: string; limit: number }>(
    (d) => `${d.limit} ${d.what} are in hand already, and no more are taken`,
    'Wait until some are done, or go on with another.',
  ),
  PEER_TOO_SLOW: row<{ what: string; milliseconds: number }>(
    (d) => `one of the places for ${d.what} was held for ${d.milliseconds} ms while others waited, and was given to them`,
    'Try again later, over a faster line, or go on with another.',
  ),
  PEER_STOPPING: row<Record<never, never>>(() => 'this provider is shutting down', 'Try again when it is back, or go on with another.'),
  MESSAGE_TOO_LARGE: row<{ message: string; bytes: number; cap: number }>(
    (d) => `a ${d.message} of ${d.bytes} bytes is over the cap of ${d.cap} bytes`,
    'Ask for less at once.',
  ),
  MESSAGE_INVALID: row<{ message: string; reason: string }>(
    (d) => `a ${d.message} is not as it should be: ${d.reason}`,
    'Check that both ends run versions that fit each other.',
  ),
  PEER_KEY_INVALID: row<{ bytes: number }>(
    (d) => `a peer key has 32 bytes, and this one ${d.bytes}`,
    'Use the key that the keystore holds.',
  ),
} as const;
