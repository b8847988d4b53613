import { asError } from '../../core/errors/coded.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Channel } from './channel.js';
import type { Message } from '../messages/message.js';
import { refusalMessage, refusalOf } from '../messages/refusal.js';

/** Runs a decoder on what a peer sent; what it throws is the peer's misbehaviour, with the cause kept. */
export const decodeFrom = <T>(peer: string, decode: () => T): T => {
  try {
    return decode();
  } catch (error) {
    const what = asError(error).message;
    throw new HoldfastError('PEER_MISBEHAVED', { peer, what }, { cause: error });
  }
};

/** PEER_REFUSED as the refusal frame says, made fit to print. */
export const refusedWith = (peer: string, payload: Uint8Array): HoldfastError => {
  const { code, sentence } = decodeFrom(peer, () => refusalMessage.decode(payload));
  return new HoldfastError('PEER_REFUSED', { peer, code: code.replace(/[^A-Z0-9_]/g, '?'), sentence: sentence.replace(/\p{C}/gu, ' ') });
};

export const say = <T>(channel: Channel, message: Message<T>, value: T): Promise<void> => channel.send('message', message.encode(value));

/** The next message, which must be a `message`; PEER_REFUSED if a refusal comes instead. */
export const hear = async <T>(channel: Channel, message: Message<T>, milliseconds: number): Promise<T> => {
  const { kind, payload } = await channel.receive({ message, refusal: refusalMessage }, message.name, milliseconds);
  if (kind === 'refusal') throw refusedWith(channel.peer, payload);
  return decodeFrom(channel.peer, () => message.decode(payload));
};

/** The next frame of raw bytes, of exactly `length`, in a new array or in `into`, which has that length. */
export const hearBytes = async (
  channel: Channel,
  name: string,
  length: number,
  milliseconds: number,
  into?: Uint8Array,
): Promise<Uint8Array> => {
  const { kind, payload } = await channel.receive({ bytes: { name, cap: length }, refusal: refusalMessage }, name, milliseconds, into);
  if (kind === 'refusal') throw refusedWith(channel.peer, payload);
  if (payload.length < length)
    throw new HoldfastError('PEER_MISBEHAVED', { peer: channel.peer, what: `${payload.length} of ${length} bytes of a ${name}` });
  return payload;
};

/** Tells the other side why: a coded error as it is, any other as INTERNAL without its text. */
export const refuse = async (channel: Channel, error: unknown): Promise<void> => {
  const told = isHoldfastError(error, 'PEER_MISBEHAVED') && isHoldfastError(error.cause) ? error.cause : error;
  const refusal =
    isHoldfastError(told) && told.code !== 'INTERNAL'
      ? refusalOf(told.code, told.message)
      : refusalOf('INTERNAL', 'something is wrong inside this provider');
  await channel.send('refusal', refusalMessage.encode(refusal));
};
