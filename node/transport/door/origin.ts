import type { Multiaddr } from '@multiformats/multiaddr';
import { toHex } from '../../core/data/bytes.js';

/** Where a connection comes from, as limits count it. */
export interface Origin {
  /** One customer of a network: an IPv4 address, or the /64 of an IPv6 address. */
  readonly address: string;
  /** Who may have many of them: the /24 of an IPv4 address, or the /48 of an IPv6 address. */
  readonly range: string;
}

const IP4 = 0x04;
const IP6 = 0x29;
const [IP4_BYTES, IP4_RANGE_BYTES] = [4, 3];
const [IP6_BYTES, IP6_ADDRESS_BYTES, IP6_RANGE_BYTES] = [16, 8, 6];
/** `::ffff:0:0/96`, in which IPv6 sockets write IPv4 addresses. */
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

const ip4 = (bytes: Uint8Array): Origin => ({
  address: `ip4 ${toHex(bytes)}`,
  range: `ip4 ${toHex(bytes.subarray(0, IP4_RANGE_BYTES))}`,
});
const ip6 = (bytes: Uint8Array): Origin => ({
  address: `ip6 ${toHex(bytes.subarray(0, IP6_ADDRESS_BYTES))}`,
  range: `ip6 ${toHex(bytes.subarray(0, IP6_RANGE_BYTES))}`,
});

/** Of an address that is none of IP, the whole text counts as both. */
export const originOf = (remote: Multiaddr): Origin => {
  const [code] = remote.bytes;
  const bytes = remote.bytes.subarray(1);
  if (code === IP4) return ip4(bytes.subarray(0, IP4_BYTES));
  if (code !== IP6) return { address: remote.toString(), range: remote.toString() };
  const isMapped = MAPPED.every((byte, index) => bytes[index] === byte);
  return isMapped ? ip4(bytes.subarray(MAPPED.length, IP6_BYTES)) : ip6(bytes.subarray(0, IP6_BYTES));
};
