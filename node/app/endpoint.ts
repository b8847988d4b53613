import type { Log } from '../ports/world.js';
import type { Settlement } from '../ports/settlement.js';
import type { Address } from '../core/units.js';
import { HoldfastError, isHoldfastError } from '../core/errors/holdfast-error.js';

/** Most bytes of addresses that the registry takes, one a line. */
const REGISTRY_BYTES = 512;

/** Addresses without the peer id, as many as the registry takes. */
export const registryAddresses = (addresses: readonly string[]): string[] => {
  const kept: string[] = [];
  for (const address of addresses.map((text) => text.replace(/\/p2p\/[^/]*$/, ''))) {
    if ([...kept, address].join('\n').length <= REGISTRY_BYTES) kept.push(address);
  }
  return kept;
};

/** Brings the registry's entry up to date with where this provider can be reached, with a transaction only if it differs. */
export const publishEndpoint = async (
  settlement: Settlement,
  endpoint: { readonly provider: Address; readonly peerId: string; readonly addresses: readonly string[] },
  log: Log,
  signal: AbortSignal,
): Promise<void> => {
  const { provider, peerId } = endpoint;
  const sheet = await settlement.provider(provider, signal);
  if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
  if (sheet.operator !== settlement.account)
    throw new HoldfastError('OPERATOR_MISMATCH', { provider, expected: sheet.operator, operator: settlement.account });
  const addresses = registryAddresses(endpoint.addresses);
  if (sheet.peerId === peerId && sheet.addresses.join('\n') === addresses.join('\n')) return;
  try {
    await settlement.submit({ kind: 'setEndpoint', provider, peerId, addresses }, { signal });
    log.info('endpoint-published', { peerId, addresses });
  } catch (error) {
    // Renters may not find this provider, and its proofs must go out all the same.
    if (!isHoldfastError(error, 'RPC_UNREACHABLE', 'RPC_DISAGREES')) throw error;
    log.alarm('endpoint-unpublished', { peerId, addresses, error });
  }
};
