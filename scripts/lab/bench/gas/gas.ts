import type { Artifact } from '@nomicfoundation/ignition-core';
import { getBytes, type TransactionReceipt } from 'ethers';
import { readArtifacts } from '../../../deploy/artifacts.js';
import { createGasProvider, type GasProvider } from './provider.js';
import { createGasTally, type GasByDeals } from './tally.js';
import { incomplete, verbs } from './verbs.js';
import { nameOf, type Verb } from './verbs/verb.js';

const SEEDS = 8;
/** Deals of the provider, ascending. */
const SIZES = [1, 64, 1_024, 4_096, 16_384];

/** Gas of one kind of transaction. */
export interface ProveGas {
  /** `gasUsed` of the mined receipt. */
  readonly gas: number;
  /** Bytes of the transaction's input. */
  readonly calldata: number;
  /** Least that a transaction with this input pays (EIP-7623): 21,000 + 10 · (zero bytes + 4 · other bytes). */
  readonly floor: number;
}

/** What `npm run bench -- gas` measures: five samples, deals of 1 GiB in 256 sectors. */
export interface GasFigures {
  /** By deals of the provider, the worst of eight seeds; the seed is on record, as for all but the first provider of a period. */
  readonly prove: Readonly<Record<string, ProveGas>>;
  /** With one deal; this proof also puts the period's seed on record. */
  readonly proveFirst: ProveGas;
  /**
   * By kind of transaction (`nameOf` a `Verb`) and by deals of the provider: `gasUsed`, of a kind "of 16" per item, rounded
   * up. Such a kind has no figure at fewer than 16 deals. `GasBench` says what state they are measured in.
   */
  readonly functions: GasByDeals;
  /** Bytes of the contracts' code on chain. */
  readonly bytecode: Readonly<Record<string, number>>;
}

const proveGas = async (receipt: TransactionReceipt): Promise<ProveGas> => {
  const { data } = await receipt.getTransaction();
  const bytes = getBytes(data);
  const tokens = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0);
  return { gas: Number(receipt.gasUsed), calldata: bytes.length, floor: 21_000 + 10 * tokens };
};

const worstProof = async (provider: GasProvider, seedOnRecord: boolean): Promise<ProveGas> => {
  const proofs: ProveGas[] = [];
  for (let i = 0; i < SEEDS; i++) proofs.push(await proveGas(await provider.prove(seedOnRecord)));
  return proofs.reduce((worst, proof) => (proof.gas > worst.gas ? proof : worst));
};

const bytecodeOf = (artifacts: readonly Artifact[]): Readonly<Record<string, number>> =>
  Object.fromEntries(artifacts.map(({ contractName, deployedBytecode }) => [contractName, getBytes(deployedBytecode).length]));

/** The verbs that fit `deals` deals, those that add to them first: the most at once, then fewer. */
const fitting = (deals: number): readonly Verb[] =>
  verbs.filter(({ items = 1 }) => items <= deals).sort((a, b) => (b.adds ?? 0) - (a.adds ?? 0));

/** Builds a provider up to the largest size and measures on the way. Two minutes. */
export const measureGas = async (say: (line: string) => void): Promise<GasFigures> => {
  const artifacts = Object.values(await readArtifacts());
  const [gap] = incomplete(artifacts);
  if (gap !== undefined) throw new Error(gap);
  const most = Math.max(...SIZES);
  const provider = await createGasProvider(most);
  say(`opened ${most} deals`);
  const tally = createGasTally(verbs.map(nameOf));
  const prove: Record<string, ProveGas> = {};
  let proveFirst: ProveGas | undefined;
  for (const size of SIZES) {
    const [adding, others] = [fitting(size).filter(({ adds }) => adds), fitting(size).filter(({ adds }) => !adds)];
    for (const verb of adding) {
      await provider.growTo(size - (verb.adds ?? 0));
      await tally.measure(provider.bench, [verb], size);
    }
    await provider.growTo(size);
    proveFirst ??= await worstProof(provider, false);
    prove[size] = await worstProof(provider, true);
    await provider.steady();
    await tally.measure(provider.bench, others, size);
    say(`measured with ${size} deals: a proof takes ${prove[size].gas} gas`);
  }
  await provider.stop();
  if (proveFirst === undefined) throw new Error('nothing was proven');
  return { prove, proveFirst, functions: tally.figures, bytecode: bytecodeOf(artifacts) };
};
