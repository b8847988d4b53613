import { fromHex, toHex } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Hex } from '../../core/units.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Base58 (Bitcoin's alphabet) of `bytes`, as libp2p writes peer ids. Total: a stranger's bytes are shown as they are. */
export const peerIdText = (bytes: Hex): string => {
  const raw = fromHex(bytes);
  const zeros = raw.findIndex((byte) => byte !== 0);
  let text = '';
  for (let rest = BigInt(raw.length === 0 ? 0 : toHex(raw)); rest > 0n; rest /= 58n) text = `${ALPHABET[Number(rest % 58n)]}${text}`;
  return '1'.repeat(zeros < 0 ? raw.length : zeros) + text;
};

/** Multihash of a peer id in its usual text form: an identity hash of an Ed25519 or secp256k1 key, or a SHA-256. PEER_ID_INVALID. */
export const peerIdBytes = (text: string): Hex => {
  const invalid = (problem: string): HoldfastError => new HoldfastError('PEER_ID_INVALID', { peerId: text.slice(0, 120), problem });
  if (text.length === 0 || text.length > 120) throw invalid('it must have 1 to 120 characters');
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw invalid(`"${character}" is not base58`);
    value = value * 58n + BigInt(digit);
  }
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  const digits = value === 0n ? '' : value.toString(16);
  const bytes: Hex = `0x${'00'.repeat(zeros)}${digits.length % 2 === 0 ? '' : '0'}${digits}`;
  const [code, length, ...rest] = fromHex(bytes);
  if ((code !== 0x00 && code !== 0x12) || length !== rest.length) throw invalid('it is not a multihash');
  return bytes;
};
