import { getBytes, type TransactionReceipt } from 'ethers';
import { readArtifacts } from '../deploy/artifacts.js';
import { createGasBench, type GrowingBench } from './gas-bench.js';
import { incomplete, verbs } from './gas-verbs.js';
import { nameOf, type Verb } from './gas-verbs/verb.js';

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
  readonly functions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Bytes of the contracts' code on chain. */
  readonly bytecode: Readonly<Record<string, number>>;
}

const proveGas = async (receipt: TransactionReceipt): Promise<ProveGas> => {
  const { data } = await receipt.getTransaction();
  const bytes = getBytes(data);
  const tokens = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0);
  return { gas: Number(receipt.gasUsed), calldata: bytes.length, floor: 21_000 + 10 * tokens };
};

const worstProof = async (bench: GrowingBench, seedOnRecord: boolean): Promise<ProveGas> => {
  const proofs: ProveGas[] = [];
  for (let i = 0; i < SEEDS; i++) proofs.push(await proveGas(await bench.prove(seedOnRecord)));
  return proofs.reduce((worst, proof) => (proof.gas > worst.gas ? proof : worst));
};

/** Gas of one item. */
const measure = async (bench: GrowingBench, { measure: send, items = 1 }: Verb): Promise<number> => {
  const market = bench.look();
  const { gasUsed } = await market.chain.undone(() => send(market));
  return Math.ceil(Number(gasUsed) / items);
};

/** Builds a provider up to the largest size and measures on the way. Some minutes. */
export const measureGas = async (say: (line: string) => void): Promise<GasFigures> => {
  const artifacts = Object.values(await readArtifacts());
  const [gap] = incomplete(artifacts);
  if (gap !== undefined) throw new Error(gap);
  const bench = await createGasBench(Math.max(...SIZES));
  say(`opened ${Math.max(...SIZES)} deals`);
  const prove: Record<string, ProveGas> = {};
  const functions: Record<string, Record<string, number>> = Object.fromEntries(verbs.map((verb) => [nameOf(verb), {}]));
  let proveFirst: ProveGas | undefined;
  for (const size of SIZES) {
    const fitting = verbs.filter(({ items = 1 }) => items <= size);
    const take = async (some: readonly Verb[]): Promise<void> => {
      for (const verb of some) Object.assign(functions[nameOf(verb)] ?? {}, { [size]: await measure(bench, verb) });
    };
    const growing = fitting.filter(({ adds = 0 }) => adds > 0).sort((a, b) => (b.adds ?? 0) - (a.adds ?? 0));
    for (const verb of growing) {
      await bench.growTo(size - (verb.adds ?? 0));
      await take([verb]);
    }
    await bench.growTo(size);
    proveFirst ??= await worstProof(bench, false);
    prove[size] = await worstProof(bench, true);
    await bench.steady();
    await take(fitting.filter(({ adds = 0 }) => adds === 0));
    say(`measured with ${size} deals: a proof takes ${prove[size].gas} gas`);
  }
  await bench.stop();
  if (proveFirst === undefined) throw new Error('nothing was proven');
  const bytecode = Object.fromEntries(
    artifacts.map(({ contractName, deployedBytecode }) => [contractName, getBytes(deployedBytecode).length]),
  );
  return { prove, proveFirst, functions, bytecode };
};
