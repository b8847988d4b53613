import { fromHex } from '../../node/core/data/bytes.js';
import { keccak256 } from '../../node/core/data/keccak.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Hash, Hex } from '../../node/core/units.js';
import type { Artifacts } from './artifacts.js';
import { isCompiled } from './existing/read-deployed.js';
import type { Ask } from './ignition/ignition-provider.js';
import { completePlan, type Plan } from './plan.js';

/** Keccak-256 of the body of verbs on chain, which is what the compiler wrote; undefined before it is mined. DEPLOYMENT_FAILED. */
const readBodyHash = async (ask: Ask, { addresses }: Plan, artifacts: Artifacts): Promise<Hash | undefined> => {
  const code = (await ask('eth_getCode', [addresses.verbBody, 'latest'])) as Hex;
  if (code === '0x') return undefined;
  if (!isCompiled(code, artifacts.verbBody))
    throw new HoldfastError('DEPLOYMENT_FAILED', { reason: `the code at ${addresses.verbBody} is not that of the verbBody` });
  return keccak256(fromHex(code));
};

/** Looks at code that is mined and not there yet: nodes behind one address may lag behind each other. */
const MOST_LOOKS = 20;

export interface Stages {
  /** Deploys what is missing of a plan. */
  readonly run: (stage: Plan) => Promise<void>;
  /** Waits between two looks. */
  readonly wait: () => Promise<void>;
}

/**
 * Deploys what the market asks for and then, told the hash of the code that it delegates to, the market. Where the body is mined
 * already, all of the plan is known at once. DEPLOYMENT_INTERRUPTED, DEPLOYMENT_FAILED, and what `run` rejects with.
 */
export const deployInStages = async (ask: Ask, plan: Plan, artifacts: Artifacts, { run, wait }: Stages): Promise<void> => {
  let bodyHash = await readBodyHash(ask, plan, artifacts);
  if (bodyHash === undefined) await run({ ...plan, contracts: plan.contracts.filter(({ role }) => role !== 'market') });
  for (let looks = 0; bodyHash === undefined && looks < MOST_LOOKS; looks++) {
    if (looks > 0) await wait();
    bodyHash = await readBodyHash(ask, plan, artifacts);
  }
  if (bodyHash === undefined) throw new HoldfastError('DEPLOYMENT_INTERRUPTED', { reason: 'the body of verbs is not mined' });
  await run(completePlan(plan, artifacts, bodyHash));
};
