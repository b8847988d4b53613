import type { Ask, Challenge, Deal, DealStatus, MarketParameters, ProviderRecord, ProviderSheet } from '../../core/market/deal.js';
import { address, dealId, hash, leaves, MAX_LEAVES, period, wei, weight, type Hex, type Leaves } from '../../core/units.js';
import type { AskStructOutput, DealSheetStructOutput, ProviderSheetStructOutput } from '../contracts/interfaces/IMarketView.js';
import type { ChallengeStructOutput, ParametersStructOutput } from '../contracts/interfaces/IStorageMarket.js';
import { peerIdText } from './peer-id-bytes.js';

const STATUSES: readonly DealStatus[] = ['none', 'empty', 'active', 'closed'];

/** Leaves from an unchecked field of 64 bits, at most what a deal can hold: a provider may write any number into its ask. */
const boundedLeaves = (value: bigint): Leaves => leaves(value > BigInt(MAX_LEAVES) ? MAX_LEAVES : Number(value));

/** An ask as the contracts return it. */
export const askFrom = (ask: AskStructOutput): Ask => ({
  price: wei(ask.price),
  egressPrice: wei(ask.egressPrice),
  minLeaves: boundedLeaves(ask.minLeaves),
  maxLeaves: boundedLeaves(ask.maxLeaves),
  maxPeriods: Number(ask.maxPeriods),
});

/** Where a provider is, as it wrote it; bytes that are no text, which the contract does not refuse, are no addresses. */
export const endpointFrom = (endpoint: { peerId: string; addresses: string }): Pick<ProviderRecord, 'peerId' | 'addresses'> => ({
  peerId: peerIdText(endpoint.peerId as Hex),
  addresses: textOf(endpoint)
    .split('\n')
    .filter((line) => line !== ''),
});

/** ethers throws when a string is read that is not UTF-8. */
const textOf = (endpoint: { addresses: string }): string => {
  try {
    return endpoint.addresses;
  } catch {
    return '';
  }
};

/** A provider's sheet as the view returns it, or undefined for an address that never registered. */
export const providerFrom = (sheet: ProviderSheetStructOutput): ProviderSheet | undefined => {
  const { record, account } = sheet;
  if (record.registeredAt === 0n) return undefined;
  return {
    provider: address(sheet.provider),
    operator: address(record.operator),
    ...endpointFrom(record),
    ask: askFrom(record.ask),
    stake: wei(account.stake),
    locked: wei(sheet.locked),
    lockLimit: wei(sheet.lockLimit),
    credit: wei(sheet.credit),
    total: weight(account.total),
    lastProven: period(Number(account.lastProven)),
    syncedThrough: period(Number(account.syncedThrough)),
    generation: Number(account.generation),
    decided: period(Number(sheet.decided)),
    frozen: sheet.frozen,
    slots: Number(sheet.slots),
  };
};

/** A deal's sheet as the view returns it, or undefined for an id that no deal has. */
export const dealFrom = ({ id, deal, defaulted, ended }: DealSheetStructOutput): Deal | undefined => {
  const status = STATUSES[Number(deal.status)] ?? 'none';
  if (status === 'none') return undefined;
  return {
    id: dealId(id),
    status,
    renter: address(deal.renter),
    provider: address(deal.provider),
    signer: address(deal.signer),
    root: hash(deal.root),
    leaves: leaves(Number(deal.leaves)),
    sectors: Number(deal.sectors),
    number: deal.number,
    end: period(Number(deal.end)),
    maxEnd: period(Number(deal.maxEnd)),
    maxLeaves: leaves(Number(deal.maxLeaves)),
    maxEgress: wei(deal.maxEgress),
    slot: Number(deal.slot),
    generation: Number(deal.generation),
    challenged: deal.challengedIn !== 0n,
    weight: weight(deal.weight),
    settledThrough: period(Number(deal.settledThrough)),
    price: wei(deal.price),
    egressPrice: wei(deal.egressPrice),
    rate: wei(deal.rate),
    escrow: wei(deal.escrow),
    redeemed: wei(deal.redeemed),
    compensationIndex: deal.compensationIndex,
    ...(!defaulted ? {} : { defaulted: { period: period(Number(ended.period)), share: wei(ended.share) } }),
  };
};

/** A challenge as the market returns it, all zero if none is open. */
export const challengeFrom = ({ challenger, period: opened, bond }: ChallengeStructOutput): Challenge | undefined =>
  opened === 0n ? undefined : { challenger: address(challenger), period: period(Number(opened)), bond: wei(bond) };

/** The market's parameters as it returns them. */
export const parametersFrom = (parameters: ParametersStructOutput): MarketParameters => ({
  periodBlocks: Number(parameters.periodBlocks),
  windowBlocks: Number(parameters.windowBlocks),
  samples: Number(parameters.samples),
  missBps: Number(parameters.missBps),
  collateralPeriods: Number(parameters.collateralPeriods),
  burnBps: Number(parameters.burnBps),
  bountyBps: Number(parameters.bountyBps),
  compensationBps: Number(parameters.compensationBps),
  maxMisses: Number(parameters.maxMisses),
  coverBps: Number(parameters.coverBps),
  noticePeriods: Number(parameters.noticePeriods),
  feeBps: Number(parameters.feeBps),
  feeBurnBps: Number(parameters.feeBurnBps),
  epochPeriods: Number(parameters.epochPeriods),
  bondBps: Number(parameters.bondBps),
  unit: wei(parameters.unit),
  bountyCap: wei(parameters.bountyCap),
  signatureGas: Number(parameters.signatureGas),
  bondUnit: wei(parameters.bondUnit),
});
