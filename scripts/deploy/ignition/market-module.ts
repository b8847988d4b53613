import { buildModule, type ArgumentType, type ContractDeploymentFuture } from '@nomicfoundation/ignition-core';
import type { Artifacts } from '../artifacts.js';
import type { Plan, PlannedContract } from '../plan.js';

/**
 * The deployment as a module of Hardhat Ignition, the same one with and without its market. Everything but the market may go out at
 * once; Ignition sends it in the order of the names, which is the plan's. The market's constructor asks the others, so it waits for
 * all of them.
 */
export const createMarketModule = (plan: Plan, artifacts: Artifacts): ReturnType<typeof buildModule> =>
  buildModule('Holdfast', (m) => {
    const place = (contract: PlannedContract, after: ContractDeploymentFuture[]): ContractDeploymentFuture => {
      const artifact = artifacts[contract.role];
      return m.contract(artifact.contractName, artifact, [...contract.inputs] as ArgumentType[], { after });
    };
    const early = plan.contracts.filter(({ role }) => role !== 'market').map((contract) => [contract.role, place(contract, [])] as const);
    const late = plan.contracts
      .filter(({ role }) => role === 'market')
      .map((contract) => [
        contract.role,
        place(
          contract,
          early.map(([, future]) => future),
        ),
      ]);
    return Object.fromEntries([...early, ...late]) as Record<string, ContractDeploymentFuture>;
  });
