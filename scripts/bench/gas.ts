import { getBytes, type TransactionReceipt, type TransactionResponse } from 'ethers';
import { readArtifacts } from '../deploy/artifacts.js';
import { createGasMarket, type GasMarket } from './gas-market.js';

const SEEDS = 8;
const MOST_DEALS = 4096;
const DEALS = [1, 64, 1024, MOST_DEALS];

/** Gas of one kind of transaction. */
export interface ProveGas {
  /** `gasUsed` of the mined receipt. */
  readonly gas: number;
  /** Bytes of the transaction's input. */
  readonly calldata: number;
  /** Least that a transaction with this input pays (EIP-7623): 21,000 + 10 · (zero bytes + 4 · other bytes). */
  readonly floor: number;
}

/** What `npm run bench -- gas` measures: five samples, deals of 1 GiB in 256 sectors, the worst of eight seeds. */
export interface GasFigures {
  /** By deals of the provider; the seed is on record, as for all but the first provider of a period. */
  readonly prove: Readonly<Record<string, ProveGas>>;
  /** With one deal; this proof also puts the period's seed on record. */
  readonly proveFirst: ProveGas;
  /** One deal, in a transaction of its own. */
  readonly open: number;
  /** First revision of a provider's last of 4,096 deals. */
  readonly commit: number;
  /** In its last paid period, one of 4,096 deals. */
  readonly close: number;
  /** Bytes of the contracts' code on chain. */
  readonly bytecode: Readonly<Record<string, number>>;
}

const proveGas = async (receipt: TransactionReceipt): Promise<ProveGas> => {
  const { data } = (await receipt.getTransaction()) satisfies TransactionResponse;
  const bytes = getBytes(data);
  const tokens = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0);
  return { gas: Number(receipt.gasUsed), calldata: bytes.length, floor: 21_000 + 10 * tokens };
};

const worstProof = async (market: GasMarket, seedOnRecord: boolean): Promise<ProveGas> => {
  const proofs: ProveGas[] = [];
  for (let i = 0; i < SEEDS; i++) proofs.push(await proveGas(await market.prove(seedOnRecord)));
  return proofs.reduce((worst, proof) => (proof.gas > worst.gas ? proof : worst));
};

const gasOf = (receipt: TransactionReceipt | undefined): number => {
  if (receipt === undefined) throw new Error('no transaction was sent');
  return Number(receipt.gasUsed);
};

const bytecodeSizes = async (): Promise<Record<string, number>> => {
  const artifacts = Object.values(await readArtifacts());
  return Object.fromEntries(artifacts.map(({ contractName, deployedBytecode }) => [contractName, getBytes(deployedBytecode).length]));
};

/** Builds a market up to 4,096 deals and measures on the way. Some minutes. */
export const measureGas = async (say: (line: string) => void): Promise<GasFigures> => {
  const market = await createGasMarket();
  const prove: Record<string, ProveGas> = {};
  let committed = 0;
  const last = MOST_DEALS - 1;
  await market.open(0, last);
  const open = gasOf((await market.open(last, last + 1))[0]);
  say(`opened ${MOST_DEALS} deals`);
  let proveFirst: ProveGas | undefined;
  let commit = 0;
  for (const deals of DEALS) {
    await market.commitMany(committed, Math.min(deals, last));
    if (deals > last) commit = gasOf(await market.commit(last, SEEDS + 2));
    committed = deals;
    proveFirst ??= await worstProof(market, false);
    prove[deals] = await worstProof(market, true);
    say(`proved with ${deals} deals: ${JSON.stringify(prove[deals])}`);
  }
  while (!(await market.isLastPeriod(last))) await market.prove(true);
  const close = gasOf(await market.close(last));
  await market.stop();
  if (proveFirst === undefined) throw new Error('nothing was proven');
  return { prove, proveFirst, open, commit, close, bytecode: await bytecodeSizes() };
};
