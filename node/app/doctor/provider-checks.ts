import { countText, showTokens } from '../../core/amount-text.js';
import { errorTable } from '../../core/errors/holdfast-error.js';
import { ok, problem, skipped, type Check, type Verdict } from './check.js';
import type { Facts } from './facts.js';
import { portVerdict, portsOf } from './ports.js';

/** A check for providers only. */
const ofProviders = (name: string, look: (facts: Facts) => Promise<Verdict>): Check => ({
  name,
  look: async (facts) => ((await facts.isProvider.known()) ? await look(facts) : skipped("this home folder is not a provider's")),
});

/** Port of peers and of the local API: free, or the running daemon's. */
export const portsCheck = ofProviders('ports', async (facts) => {
  const { listen, apiPort } = (await facts.settings.known()).provider;
  const daemon = await facts.daemon.known().catch(() => undefined);
  if (daemon !== undefined && !('waitingFor' in daemon)) return ok(`the running daemon is reachable at ${daemon.addresses.join(', ')}`);
  return await portVerdict([...portsOf(listen), ...(apiPort === 0 ? [] : [{ host: '127.0.0.1', port: apiPort, setting: 'apiPort' }])]);
});

/** The provider's daemon runs, and has no alarm to tell. */
export const daemonCheck = ofProviders('daemon', async (facts) => {
  const daemon = await facts.daemon.learn();
  if ('waitingFor' in daemon) return problem('up, and waiting for an RPC that serves the chain', 'See the log of the daemon.');
  const { deals, alarms } = daemon;
  const last = alarms.at(-1);
  if (last === undefined) return ok(`up, ${countText(deals, 'deal')}, no alarms`);
  return problem(
    `up, ${countText(alarms.length, 'alarm')}, the last one "${last.event}"`,
    'See "holdfast provider status" and the log of the daemon.',
  );
});

/** The registry knows the provider with the keys of this folder, and it has stake. */
export const providerCheck = ofProviders('provider', async (facts) => {
  const sheet = await facts.sheet.learn();
  const provider = await facts.owner.known();
  if (sheet === undefined) return problem(errorTable.NOT_REGISTERED.says({ provider }), 'Register it: "holdfast provider init".');
  const operator = await facts.operator.known();
  if (sheet.operator !== operator) {
    const { says, remedy } = errorTable.OPERATOR_MISMATCH;
    return problem(says({ provider, expected: sheet.operator, operator }), remedy);
  }
  if (sheet.stake === 0n)
    return problem(`${provider} is registered and has no stake: it can take no deal`, 'Add some: "holdfast provider stake AMOUNT".');
  if (sheet.lockLimit < sheet.locked)
    return problem(
      `${showTokens(sheet.locked)} of stake are locked, and the lock limit is ${showTokens(sheet.lockLimit)}: no deal can grow`,
      'Look why it fell (misses, forfeited deals); then raise it: "holdfast provider limit AMOUNT".',
    );
  return ok(`${provider}, stake ${showTokens(sheet.stake)}, ${showTokens(sheet.locked)} of it locked`);
});
