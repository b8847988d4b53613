import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hash, type Hex } from '../../../../../node/core/units.js';
import { openDeploymentFolder, type DeploymentFolder } from '../../../../deploy/existing/deployment-folder.js';
import type { Plan } from '../../../../deploy/plan.js';
import { actor, hashOf } from '../../../../../test/support/worlds/actors.js';
import { artefactScenario, type Artefact } from './artefacts.js';

const planFrom = (nonce: number): Plan =>
  ({
    account: actor('alice').address,
    contracts: [{ role: 'token', nonce, creationHash: hashOf(`creation ${nonce}`) }],
  }) as unknown as Plan;
const sent = (nonce: number) => ({ nonce, hash: hash(hashOf(`transaction ${nonce}`)), raw: '0x1234' as Hex });
const deploymentIn = (folder: string): DeploymentFolder => openDeploymentFolder(folder, 1n, hashOf('genesis'));

/** How many signed transactions lie in folders that were put aside. */
const putAside = (path: string): number =>
  readdirSync(path)
    .filter((name) => name.startsWith('abandoned-'))
    .flatMap((name) => readdirSync(join(path, name)).map((inside) => join(path, name, inside)))
    .filter((file) => file.endsWith('transactions.json'))
    .reduce((sum, file) => sum + (JSON.parse(readFileSync(file, 'utf8')) as unknown[]).length, 0);

const make = async (folder: string, form: number): Promise<void> => {
  const deployment = deploymentIn(folder);
  const release = await deployment.own();
  try {
    if (form === 1) await deployment.writePlan(planFrom(1));
    else if (form <= 3) await deployment.addSent(sent(form));
    else if (form === 4) await deployment.abandon();
    else await deployment.writePlan(planFrom(2));
  } finally {
    await release();
  }
};

const look = async (folder: string): Promise<number> => {
  const deployment = deploymentIn(folder);
  const plan = await deployment.plan();
  const signed = (await deployment.sent()).length;
  if (plan?.firstNonce === 1) return 1 + signed;
  if (signed > 0) return 3;
  const aside = existsSync(deployment.path) ? putAside(deployment.path) : 0;
  if (plan?.firstNonce === 2 && aside !== 2) throw new Error('what was signed for the first plan is gone');
  return plan?.firstNonce === 2 ? 5 : aside === 2 ? 4 : 0;
};

const records: Artefact = {
  name: 'records of a deployment',
  operation: (form) => ['deploy', 'deploy', 'deploy', 'deploy anew', 'deploy anew'][form - 1] ?? '',
  forms: 5,
  make,
  look,
};

/** What `npm run deploy` writes down before it sends. */
export const deployment = artefactScenario('deploying', [records]);
