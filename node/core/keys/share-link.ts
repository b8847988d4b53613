import { sha256 } from '@noble/hashes/sha2.js';
import { createByteReader, createByteWriter } from '../data/byte-fields.js';
import { equalBytes, toHex } from '../data/bytes.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { address, period, signature, type Address } from '../units.js';
import { isLink, LINK_SCHEME } from './link-scheme.js';
import type { Grant } from './grant.js';
import { verifyKey, type LinkKeys, type ShareKey, type VerifyKey } from './share-keys.js';

/** What a link says: whoever has it has that. */
export interface ShareLink extends LinkKeys {
  readonly chainId: bigint;
  readonly market: Address;
  /** The wallet whose deals it is in. */
  readonly owner: Address;
  /** By which providers let its holder read. */
  readonly grant: Grant;
}

const VERSION = 1;
const KINDS = ['read', 'verify'] as const;
const CHECK_BYTES = 5;
/** Version, kind, chain, market, owner, key, last period, signature and check: a multiple of three, so that base64url has no bits to spare. */
const LINK_BYTES = 1 + 1 + 8 + 20 + 20 + 32 + 4 + 65 + CHECK_BYTES;

const checkOf = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, CHECK_BYTES);

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');

const fromBase64Url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));

/** The link as text: `holdfast:` and 208 characters. */
export const linkText = ({ share, verify, chainId, market, owner, grant }: ShareLink): string => {
  const writer = createByteWriter();
  writer.uint(VERSION, 1);
  writer.uint(KINDS.indexOf(share ? 'read' : 'verify'), 1);
  writer.hex(chainId.toString(16).padStart(16, '0'));
  writer.hex(market.slice(2));
  writer.hex(owner.slice(2));
  writer.raw(share ?? verify);
  writer.uint(grant.until, 4);
  writer.hex(grant.signature.slice(2));
  writer.raw(checkOf(writer.bytes()));
  return LINK_SCHEME + toBase64Url(writer.bytes());
};

/** Of bytes that are whole; the version was looked at. */
const linkOf = (bytes: Uint8Array): ShareLink => {
  const reader = createByteReader(bytes);
  reader.raw(1);
  const kind = KINDS[reader.uint(1)];
  if (kind === undefined) throw new HoldfastError('LINK_DAMAGED', { reason: 'it is of no kind that this program knows' });
  const chainId = BigInt(toHex(reader.raw(8)));
  const [market, owner] = [address(toHex(reader.raw(20))), address(toHex(reader.raw(20)))];
  const key = reader.raw(32).slice();
  const grant: Grant = { until: period(reader.uint(4)), signature: signature(toHex(reader.raw(65))) };
  const keys: LinkKeys = kind === 'read' ? { share: key as ShareKey, verify: verifyKey(key as ShareKey) } : { verify: key as VerifyKey };
  return { ...keys, chainId, market, owner, grant };
};

/** Reads a link; space around it is nothing. LINK_DAMAGED for one that is cut or altered, LINK_NEWER for one of a later program. */
export const parseLink = (word: string): ShareLink => {
  const text = word.trim();
  if (!isLink(text)) throw new HoldfastError('LINK_DAMAGED', { reason: `it does not begin with "${LINK_SCHEME}"` });
  const body = text.slice(LINK_SCHEME.length);
  if (!/^[A-Za-z0-9_-]*$/.test(body)) throw new HoldfastError('LINK_DAMAGED', { reason: 'it has characters that no link has' });
  const whole = (LINK_BYTES / 3) * 4;
  if (body.length !== whole)
    throw new HoldfastError('LINK_DAMAGED', {
      reason: `it has ${body.length} characters behind "${LINK_SCHEME}", and a whole one ${whole}`,
    });
  const bytes = fromBase64Url(body);
  const [said, check] = [bytes.subarray(0, -CHECK_BYTES), bytes.subarray(-CHECK_BYTES)];
  if (!equalBytes(check, checkOf(said))) throw new HoldfastError('LINK_DAMAGED', { reason: 'its check value does not fit' });
  const version = said[0] ?? 0;
  if (version !== VERSION) throw new HoldfastError('LINK_NEWER', { version });
  return linkOf(said);
};

/** The same link without what reads: who has it can verify, and no more. */
export const verifyOnly = ({ share: _, ...link }: ShareLink): ShareLink => link;
