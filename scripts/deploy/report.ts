import { formatEther, formatUnits } from 'ethers';
import type { MarketParameters } from '../../node/core/market/deal.js';
import type { DeployReport } from './run-deploy.js';

const gwei = (price: bigint): string => `${formatUnits(price, 'gwei')} gwei`;

const duration = (milliseconds: number): string => {
  const minutes = milliseconds / 60_000;
  if (minutes < 2) return `${Math.round(milliseconds / 1_000)} s`;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
};

const parameterLines = ({ parameters }: { readonly parameters: MarketParameters }, blockMilliseconds: number): readonly string[] => [
  'parameters',
  ...Object.entries(parameters).map(([name, value]) => `  ${name.padEnd(18)} ${String(value)}`),
  `  a period is ${duration(parameters.periodBlocks * blockMilliseconds)}, its window ${duration(parameters.windowBlocks * blockMilliseconds)}`,
];

const costLines = ({ plan, cost, preparation }: DeployReport): readonly string[] => {
  if (cost === undefined || plan === undefined) return [];
  const { coin } = preparation.network;
  const missing = Object.entries(cost.gas).map(([role, gas]) => `  ${role.padEnd(18)} ${gas.toLocaleString('en')} gas`);
  return [
    'cost',
    ...missing,
    `  together ${cost.totalGas.toLocaleString('en')} gas at ${gwei(cost.price.present)}: ${formatEther(cost.likely)} ${coin}`,
    `  at most ${formatEther(cost.most)} ${coin} (${gwei(cost.price.most)}, a tenth more gas)`,
    `  ${plan.account} has ${formatEther(cost.balance)} ${coin}${cost.balance < cost.most ? ': too little' : ''}`,
    ...(preparation.network.family === 'op-stack' ? ['  a rollup adds its fee for data, which is not in this sum'] : []),
  ];
};

const addressLines = (addresses: Readonly<Record<string, unknown>>): readonly string[] =>
  ['token', 'registry', 'vault', 'market', 'verbBody', 'rewardPool', 'view'].map(
    (role) => `  ${role.padEnd(18)} ${String(addresses[role])}`,
  );

/** A run's result for people. */
export const reportText = (report: DeployReport): readonly string[] => {
  const { status, preparation, chainId, plan, book } = report;
  const { network, terms, blockTime } = preparation;
  const pace = blockTime === undefined ? 'too few blocks to measure their pace' : `a block every ${blockTime.milliseconds} ms`;
  if (status === 'unchanged' && book !== undefined)
    return [
      `nothing to do: ${network.name} (chain ${chainId}) has this market, every contract and parameter as asked for`,
      `book ${book.path}`,
    ];
  if (status === 'deployed' && book !== undefined) {
    const { deployment } = book.content;
    return [`deployed in block ${deployment.block} (${deployment.hash})`, ...addressLines({ ...book.content }), `book ${book.path}`];
  }
  return [
    `${network.title}, chain ${chainId}, ${pace}`,
    'addresses',
    ...addressLines({ ...plan?.addresses }),
    ...parameterLines(terms, network.blockMilliseconds),
    ...costLines(report),
    'nothing was sent (--dry-run)',
  ];
};

/** A run's result for programs. */
export const reportJson = ({ status, preparation, chainId, plan, cost, book }: DeployReport): Readonly<Record<string, unknown>> => ({
  status,
  network: preparation.network.name,
  chainId,
  account: preparation.terms.account,
  parameters: preparation.terms.parameters,
  ...(plan && { addresses: plan.addresses }),
  ...(cost && { cost }),
  ...(book && { path: book.path, book: book.content }),
});
