import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContractFactory } from 'ethers';
import { jsonText } from '../../../node/app/json-text.js';
import { contractRoles, type ContractRole } from '../../../node/chain/market/market-book.js';
import type { Artifacts } from '../artifacts.js';
import type { Plan } from '../plan.js';

/** How one contract of a deployment is verified by hand. */
export interface VerifiableContract {
  readonly role: ContractRole;
  readonly address: string;
  /** File of the input, beside this list. */
  readonly input: string;
  /** Source and contract, as explorers ask for it. */
  readonly contract: string;
  /** Arguments of the constructor, ABI-encoded, without 0x as explorers want them. */
  readonly constructorArguments: string;
}

/** `contracts.json` beside the compiler's inputs. */
export interface VerifiableDeployment {
  readonly compiler: string;
  readonly contracts: readonly VerifiableContract[];
}

interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: unknown;
}

const readBuildInfo = async (id: string): Promise<BuildInfo> =>
  JSON.parse(await readFile(new URL(`../../../artifacts/build-info/${id}.json`, import.meta.url), 'utf8')) as BuildInfo;

/** The constructor's arguments of each contract; of a token that was there before, nothing is known. */
const argumentsOf = ({ contracts }: Plan): ReadonlyMap<ContractRole, readonly unknown[]> =>
  new Map(contracts.map(({ role, inputs }) => [role, inputs] as const));

/**
 * Writes into `folder` what anybody needs to verify the deployment by hand: the exact standard-JSON input that solc compiled,
 * and for each contract its name and its constructor's arguments.
 */
export const writeStandardInput = async (folder: string, plan: Plan, artifacts: Artifacts): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const inputs = argumentsOf(plan);
  const roles = contractRoles.filter((role) => inputs.has(role));
  const builds = [...new Set(roles.map((role) => artifacts[role].buildInfoId ?? ''))].sort();
  const fileOf = (id: string): string => (builds.length === 1 ? 'standard-input.json' : `standard-input-${builds.indexOf(id) + 1}.json`);
  let compiler = '';
  for (const id of builds) {
    const { input, solcLongVersion } = await readBuildInfo(id);
    compiler = solcLongVersion;
    await writeFile(join(folder, fileOf(id)), JSON.stringify(input));
  }
  const contracts = roles.map((role): VerifiableContract => {
    const { abi, bytecode, inputSourceName, sourceName, contractName, buildInfoId = '' } = artifacts[role];
    const encoded = new ContractFactory(abi, bytecode).interface.encodeDeploy(inputs.get(role) ?? []);
    return {
      role,
      address: plan.addresses[role],
      input: fileOf(buildInfoId),
      contract: `${inputSourceName ?? sourceName}:${contractName}`,
      constructorArguments: encoded.slice(2),
    };
  });
  await writeFile(join(folder, 'contracts.json'), `${jsonText({ compiler, contracts } satisfies VerifiableDeployment)}\n`);
};
