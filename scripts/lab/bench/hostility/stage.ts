import { createKeySigner, type KeySigner } from '../../../../node/core/keys/signing.js';
import { authorizationDigest } from '../../../../node/core/market/authorization.js';
import type { MarketIdentity } from '../../../../node/core/keys/market-identity.js';
import type { Deal, MarketParameters, ProviderSheet } from '../../../../node/core/market/deal.js';
import { sectorRoot } from '../../../../node/core/data/merkle.js';
import { address, blockNumber, dealId, hash, leaves, leavesOf, period, wei, weight, type DealId } from '../../../../node/core/units.js';
import type { Authorization } from '../../../../node/ports/link.js';
import type { SettlementReader } from '../../../../node/ports/settlement.js';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { tcp } from '@libp2p/tcp';
import { createHost, type Host } from '../../../../node/transport/host.js';
import { createPeerKey } from '../../../../node/transport/peer-key.js';
import { tcpStack } from '../../../../node/transport/tcp-stack.js';

/** A market that is made up: deals by number, all of one provider, on a chain that stands still. */
const identity: MarketIdentity = { chainId: 1n, market: address(`0x${'aa'.repeat(20)}`), deploymentHash: hash(`0x${'bb'.repeat(32)}`) };
const RICH = 10n ** 24n;
const PERIOD = 3;
const LAST_PERIOD = 1_000;

export const provider = address(`0x${'b0'.repeat(20)}`);

/** What deals there are: numbers from `from` on. */
export const dealsOf = {
  /** With data that costs nothing to read: the renter's and the newcomers'. */
  paying: { from: 1, count: 256, hasData: true, egressPrice: 0n },
  /** With data that costs something to read, which nobody pays. */
  unpaid: { from: 1_000, count: 1_000, hasData: true, egressPrice: 2n ** 30n },
  /** Without data. */
  empty: { from: 3_000, count: 1_000, hasData: false, egressPrice: 0n },
} as const;

/** The one sector that is there, 1 MiB, and named by all deals with data. */
export const sectorBytes = new Uint8Array(1 << 20).map((_, index) => Math.imul(index, 2_654_435_761) >>> 13);
export const sector = { root: sectorRoot(sectorBytes), leaves: leavesOf(sectorBytes.length) };

const word = (n: number): string => n.toString(16).padStart(64, '0');
const idOf = (n: number): DealId => dealId(`0x${word(n)}`);
const signerOf = (n: number): KeySigner => createKeySigner(`0x${word(n)}`);

const dealOf = (n: number, { hasData, egressPrice }: (typeof dealsOf)[keyof typeof dealsOf]): Deal => ({
  id: idOf(n),
  status: hasData ? 'active' : 'empty',
  renter: signerOf(n).address,
  provider,
  signer: signerOf(n).address,
  root: sector.root,
  leaves: leaves(hasData ? sector.leaves : 0),
  sectors: hasData ? 1 : 0,
  number: hasData ? 1n : 0n,
  end: period(LAST_PERIOD),
  maxEnd: period(LAST_PERIOD),
  maxLeaves: leaves(2 ** 30),
  maxEgress: wei(RICH),
  slot: n,
  generation: 0,
  challenged: false,
  weight: weight(hasData ? 1n : 0n),
  settledThrough: period(PERIOD - 1),
  price: wei(1n),
  egressPrice: wei(egressPrice),
  rate: wei(0n),
  escrow: wei(RICH),
  redeemed: wei(0n),
  compensationIndex: 0n,
});

export const authorize = async (n: number, peer: string): Promise<Authorization> => {
  const fields = { deal: idOf(n), peer, expires: period(LAST_PERIOD) };
  return { ...fields, signature: await signerOf(n).sign(authorizationDigest(identity, fields)) };
};

/** The devnet's, with amounts of a wei and periods long enough to outlast a run. */
const parameters: MarketParameters = {
  ...parametersOf('devnet').parameters,
  periodBlocks: 400,
  windowBlocks: 200,
  unit: wei(1n),
  bountyCap: wei(10n),
  bondUnit: wei(1n),
};

const ask = { price: wei(1n), egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(2 ** 40), maxPeriods: 1_000 };
const sheet: ProviderSheet = {
  provider,
  operator: provider,
  peerId: '',
  addresses: [],
  ask,
  stake: wei(RICH),
  locked: wei(0n),
  lockLimit: wei(RICH),
  credit: wei(0n),
  total: weight(0n),
  lastProven: period(PERIOD),
  syncedThrough: period(PERIOD),
  generation: 0,
  decided: period(PERIOD),
  frozen: false,
  slots: 0,
};

/** What the service reads of the chain; anything else would throw. */
export const createStillChain = (): SettlementReader => {
  const all = Object.values(dealsOf).flatMap((kind) => Array.from({ length: kind.count }, (_, index) => dealOf(kind.from + index, kind)));
  const deals = new Map(all.map((deal) => [deal.id, deal]));
  const head = {
    block: blockNumber((PERIOD - 1) * parameters.periodBlocks + 1),
    hash: hash(`0x${'cc'.repeat(32)}`),
    timestamp: 1_800_000_000,
  };
  const reader: Partial<SettlementReader> = {
    identity,
    parameters,
    genesisBlock: blockNumber(0),
    head: () => Promise.resolve(head),
    deal: (id) => Promise.resolve(deals.get(id)),
    provider: () => Promise.resolve(sheet),
  };
  return { ...reader, agreed: reader } as SettlementReader;
};

export const dealIdOf = idOf;

/** A host that only dials, from an address of its own in 127.0.0.0/8. */
export const createHostAt = (localAddress: string): Promise<Host> => {
  // Handed on to net.connect as it is.
  const dialOpts: object = { localAddress };
  return createHost({ stack: (limits) => ({ ...tcpStack(limits), transports: [tcp({ dialOpts })] }), peerKey: createPeerKey() });
};

/** Where a provider's process listens. */
export interface Target {
  readonly peerId: string;
  readonly addresses: readonly string[];
}
