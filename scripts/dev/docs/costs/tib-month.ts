import { Interface, ZeroHash } from 'ethers';
import { IStorageMarket__factory } from '../../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { SECTOR_BYTES } from '../../../../node/core/units.js';
import { DAYS_PER_MONTH, DEAL_USE } from './assumptions.js';
import type { Transaction } from './fees.js';
import type { CostFigures, DealVerb } from './gas-figures.js';

const SECTORS_PER_GIB = 2 ** 30 / SECTOR_BYTES;
const GIB_PER_TIB = 1_024;

/** Bytes of a hash on the way from a sector to the root of its deal. */
const STEP_BYTES = 32;
/** At the floor's 40 gas a byte (EIP-7623): more than 16 gas a byte and hashing take together. */
const STEP_GAS = 40 * STEP_BYTES;

/** Hashes that a sample of a deal of `gib` GiB has beyond those of a deal of one GiB, with which proofs are measured. */
export const addedSteps = (gib: number): number => Math.ceil(Math.log2(gib * SECTORS_PER_GIB)) - Math.log2(SECTORS_PER_GIB);

/** A proof of a provider with so many deals of `gib` GiB each; of the next number of deals that was measured. */
export const proofOf = ({ prove }: CostFigures, deals: number, gib: number, samples: number): Transaction => {
  const measured = prove.find((each) => each.deals >= deals) ?? prove.at(-1);
  if (measured === undefined || measured.deals < deals) throw new RangeError(`no proof of ${deals} deals was measured`);
  const steps = samples * addedSteps(gib);
  return { gas: measured.proof.gas + steps * STEP_GAS, calldata: measured.proof.calldata + steps * STEP_BYTES };
};

const market = new Interface(IStorageMarket__factory.abi);
const inputBytes = (verb: string, args: readonly unknown[]): number => (market.encodeFunctionData(verb, args).length - 2) / 2;

const nobody = `0x${'00'.repeat(20)}`;
const signature = `0x${'00'.repeat(65)}`;
const revisionBytes = inputBytes('commit', [[ZeroHash, 0, ZeroHash, 0, 0, 0, 0, 0], signature, signature]);
/** Bytes of a verb's input; no value changes them. */
const CALLDATA: Readonly<Record<DealVerb, number>> = {
  open: inputBytes('open', [[[nobody, ZeroHash, nobody, 0, 0, 0, 0, 0, 0]]]),
  'commit first': revisionBytes,
  'commit more': revisionBytes,
  close: inputBytes('close', [ZeroHash]),
};

/** What is sent, and how often in a month for every TiB; times as fractions over {@link TIMES}. */
export interface MonthlyUse {
  readonly transaction: Transaction;
  /** In {@link TIMES}ths. */
  readonly times: bigint;
}

/** Denominator of {@link MonthlyUse.times}. */
export const TIMES = 10n ** 9n;

const ratio = (times: number): bigint => BigInt(Math.round(times * Number(TIMES)));

/** The proofs' and the deals' transactions for a TiB kept a month, at a provider that holds `heldGib` GiB in deals of `gib` GiB. */
export const usesPerTib = (
  figures: CostFigures,
  { gib, heldGib, samples }: { readonly gib: number; readonly heldGib: number; readonly samples: number },
): { readonly proofs: MonthlyUse; readonly deals: readonly MonthlyUse[] } => {
  const dealsPerTib = GIB_PER_TIB / gib;
  const months = DEAL_USE.days / DAYS_PER_MONTH;
  const verb = (name: DealVerb, perMonth: number): MonthlyUse => ({
    transaction: { gas: figures.alone[name], calldata: CALLDATA[name] },
    times: ratio(dealsPerTib * perMonth),
  });
  return {
    proofs: {
      transaction: proofOf(figures, Math.ceil(heldGib / gib), gib, samples),
      times: ratio((DAYS_PER_MONTH * GIB_PER_TIB) / heldGib),
    },
    deals: [
      verb('open', 1 / months),
      verb('commit first', 1 / months),
      verb('commit more', DEAL_USE.revisionsPerMonth),
      verb('close', 1 / months),
    ],
  };
};

/** The sum of `amountOf` each transaction, as often as it is sent, rounded up. */
export const total = (uses: readonly MonthlyUse[], amountOf: (transaction: Transaction) => bigint): bigint => {
  const sum = uses.reduce((so, { transaction, times }) => so + amountOf(transaction) * times, 0n);
  return (sum + TIMES - 1n) / TIMES;
};
