import type { DownPlan } from '../../app/files/plan-sync-down.js';
import type { FetchResult } from '../../app/files/fetch-objects.js';
import { wei } from '../../core/units.js';
import { countText } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import { requireYes } from '../asking.js';
import type { Call, Outcome } from '../command.js';
import { fetchJson, fetchLines } from './fetch-lines.js';
import { readingOf } from './reading-option.js';
import { withRenter } from './with-renter.js';
import { narrateRun, someLines } from './run-lines.js';
import { ownFolder, type SyncRequest } from './sync-options.js';

const planLines = ({ missing, other, same, extra }: DownPlan): readonly string[] => [
  `${countText(missing.length + other.length, 'file')} to fetch; ${same} as stored`,
  ...someLines(missing.map(({ name }) => `  fetch   "${nameText(name)}"`)),
  ...someLines(other.map(({ spare }) => `  replace ${nameText(spare.path)}`)),
  ...someLines(extra.map(({ path }) => `  delete  ${nameText(path)}`)),
];

const keptLines = (kept: readonly string[]): readonly string[] =>
  kept.length === 0
    ? []
    : [
        `${countText(kept.length, 'file')} left as ${kept.length === 1 ? 'it is' : 'they are'}: what is in ${kept.length === 1 ? 'it' : 'them'} is stored nowhere. To store: sync without --down; to lose: --force.`,
        ...someLines(kept.map((path) => `  left    ${nameText(path)}`)),
      ];

const NOTHING: FetchResult & { readonly touched: readonly string[] } = {
  fetched: [],
  present: [],
  failed: [],
  egress: wei(0n),
  failures: [],
  touched: [],
};

const fetchAll = async (call: Call, plan: DownPlan, { root, folder }: SyncRequest): Promise<typeof NOTHING> => {
  if (plan.missing.length + plan.other.length === 0) return NOTHING;
  const { fetchPlanned } = await import('../../app/files/sync-down.js');
  const narration = narrateRun(call.terminal, 'fetching');
  narration.begin?.(plan.missing.length + plan.other.length, 'Asking their providers …');
  return await withRenter(
    call,
    ({ renter }) =>
      fetchPlanned(renter, plan, {
        ...readingOf(call.options),
        root,
        folder,
        output: call.standard.output,
        signal: call.signal,
        report: (event) => narration.report(event),
        onObject: ({ name }) => narration.next?.(name),
      }).finally(() => narration.end()),
    'reader',
  );
};

const planDown = async (call: Call, request: SyncRequest): Promise<DownPlan> => {
  const [{ readCatalogue }, { planSyncDown }] = await Promise.all([
    import('../../app/local-catalogue.js'),
    import('../../app/files/plan-sync-down.js'),
  ]);
  const own = await ownFolder(call);
  const plan = await readCatalogue(
    await call.settings(),
    async (catalogue) => catalogue && (await planSyncDown(catalogue, { ...request, withExtra: request.remove, own, signal: call.signal })),
    call.signal,
  );
  // Nothing stored under a name that was mistyped must not empty a folder.
  if (plan === undefined || plan.names === 0) throw new HoldfastError('OBJECT_MISSING', { name: request.folder });
  return plan;
};

/**
 * Makes the folder of files as a folder of names is. Found without a network, as going up is. A file whose content is stored nowhere is neither replaced nor
 * deleted, unless that is forced. Deletes last, and only where nothing failed.
 */
export const syncDown = async (call: Call, request: SyncRequest): Promise<Outcome> => {
  const { folder, dryRun } = request;
  const plan = await planDown(call, request);
  const { missing, other, extra, same } = plan;
  planLines(plan).forEach((line) => call.terminal.say(line));
  if (extra.length > 0 && !dryRun) await requireYes(call, { ask: `Delete ${countText(extra.length, 'file')} here`, what: 'deleting' });
  const result = dryRun ? NOTHING : await fetchAll(call, plan, request);
  const isWell = result.failed.length === 0;
  const deleted = isWell && !dryRun && extra.length > 0 ? await (await import('../../app/files/sync-down.js')).deleteExtra(extra) : [];
  const kept = [...plan.kept, ...result.touched];
  const isNothing = missing.length + other.length + extra.length + kept.length === 0;
  return {
    text: [
      ...(isNothing ? [`The folder is as "${nameText(folder)}" is: nothing had to be done.`] : []),
      ...(result === NOTHING ? [] : fetchLines(result, request.root)),
      ...(deleted.length > 0 ? [`Deleted ${countText(deleted.length, 'file')}.`] : []),
      ...(extra.length > 0 && !isWell ? ['Nothing was deleted, since something failed.'] : []),
      ...keptLines(kept),
      ...(dryRun ? ['Nothing was done.'] : []),
    ],
    json: {
      ...fetchJson(result),
      ...{ direction: 'down', dryRun, same, deleted, kept },
      missing: missing.map(({ name }) => name),
      other: other.map(({ name }) => name),
      extra: extra.map(({ path }) => path),
    },
    exitCode: isWell && kept.length === 0 ? 0 : 1,
  };
};
