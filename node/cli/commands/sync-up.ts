import type { Gathered } from '../../app/files/gather.js';
import type { UpPlan } from '../../app/files/plan-sync-up.js';
import { countText } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import { requireYes } from '../asking.js';
import type { Call, Outcome } from '../command.js';
import { objectFacts } from './object-facts.js';
import { failedLines, someLines } from './run-lines.js';
import { storeGathered } from './store-gathered.js';
import { ownFolder, type SyncRequest } from './sync-options.js';

const gatherFolder = async (call: Call, { root, folder }: SyncRequest): Promise<Gathered> => {
  const [{ gather }, { sourceKind }] = await Promise.all([import('../../app/files/gather.js'), import('../../app/files/open-source.js')]);
  if ((await sourceKind(root)) !== 'folder')
    throw new HoldfastError('BAD_OPTION', { option: '<folder>', value: root, expected: 'a folder' });
  return await gather([root], { name: folder, own: await ownFolder(call), signal: call.signal });
};

/** What is to be done, before anything of it is. */
const planLines = ({ changed, same, extra }: UpPlan, remove: boolean, folder: string): readonly string[] => [
  `${countText(changed.length, 'file')} to store; ${same} as stored`,
  ...someLines(changed.map(({ name }) => `  store   "${nameText(name)}"`)),
  ...(remove ? someLines(extra.map(({ name }) => `  delete  "${nameText(name)}"`)) : []),
  ...(remove || extra.length === 0
    ? []
    : [`  ${countText(extra.length, 'file')} in "${nameText(folder)}" that the folder lacks stay: --delete deletes them`]),
];

/** Nothing had to be stored: what was left out and could not be taken is told all the same. */
const nothingStored = ({ skipped, failed }: Gathered): Outcome => ({
  text: [
    ...someLines(skipped.map(({ path, reason }) => `  skipped ${nameText(path)}: ${reason}`)),
    ...failedLines(failed.map(({ path, error }) => ({ what: path, error }))),
  ],
  json: {
    objects: [],
    skipped: skipped.map(({ path, reason }) => ({ path, reason })),
    failed: failed.map(({ path, error: { code, message } }) => ({ path, code, message })),
  },
  exitCode: failed.length > 0 ? 1 : 0,
});

/** Deletes what the folder lacks still, and gives it back. */
const deleteNow = async (call: Call, extra: UpPlan['extra'], request: SyncRequest): Promise<UpPlan['extra']> => {
  const [{ withCatalogue }, { deleteLacking }] = await Promise.all([
    import('../../app/local-catalogue.js'),
    import('../../app/files/sync-up.js'),
  ]);
  return await withCatalogue(await call.settings(), async (catalogue) =>
    catalogue ? await deleteLacking(catalogue, extra, { ...request, signal: call.signal }) : [],
  );
};

/** What became of all that the folder lacked. */
const deletedLines = (extra: UpPlan['extra'], deleted: UpPlan['extra'], isWell: boolean): readonly string[] => {
  const left = extra.length - deleted.length;
  return [
    ...(deleted.length > 0
      ? [`Deleted ${countText(deleted.length, 'file')}. The next round of "holdfast renter run" tells their providers.`]
      : []),
    ...(left > 0 && isWell
      ? [`${countText(left, 'file')} stayed: what the folder lacked is there again, or has another name by now.`]
      : []),
    ...(left > 0 && !isWell ? ['Nothing was deleted, since something failed.'] : []),
  ];
};

/** Whoever has no file at all may have no disk there: that is no word to delete everything. FOLDER_EMPTY. */
const requireFiles = ({ files }: Gathered, extra: UpPlan['extra'], { root, folder }: SyncRequest): void => {
  if (files.length === 0 && extra.length > 0) throw new HoldfastError('FOLDER_EMPTY', { path: root, name: folder, count: extra.length });
};

/**
 * Makes a folder of names as the folder of files is. What is to be done is found without a network, and where that is nothing, none is asked. Deletes
 * last, and only where nothing failed.
 */
export const syncUp = async (call: Call, request: SyncRequest): Promise<Outcome> => {
  const { folder, remove, dryRun } = request;
  const gathered = await gatherFolder(call, request);
  const [{ readCatalogue }, { planSyncUp }] = await Promise.all([
    import('../../app/local-catalogue.js'),
    import('../../app/files/plan-sync-up.js'),
  ]);
  const plan = await readCatalogue(
    await call.settings(),
    (catalogue) => planSyncUp(catalogue, gathered, { ...request, signal: call.signal }),
    call.signal,
  );
  const extra = remove ? plan.extra : [];
  requireFiles(gathered, extra, request);
  planLines(plan, remove, folder).forEach((line) => call.terminal.say(line));
  if (extra.length > 0 && !dryRun)
    await requireYes(call, { ask: `Delete ${countText(extra.length, 'file')} that the folder lacks`, what: 'deleting' });
  const rest = { ...gathered, files: plan.changed };
  const stored = rest.files.length === 0 ? nothingStored(rest) : await storeGathered(call, rest);
  const isWell = (stored.exitCode ?? 0) === 0;
  const deleted = isWell && !dryRun && extra.length > 0 ? await deleteNow(call, extra, request) : [];
  const isNothing = rest.files.length === 0 && extra.length === 0;
  return {
    ...stored,
    text: [
      ...(isNothing ? [`"${nameText(folder)}" is as the folder is: nothing had to be done.`] : []),
      ...stored.text,
      ...(dryRun ? [] : deletedLines(extra, deleted, isWell)),
      ...(dryRun && rest.files.length === 0 ? ['Nothing was done.'] : []),
    ],
    json: {
      ...stored.json,
      direction: 'up',
      dryRun,
      same: plan.same,
      changed: plan.changed.map(({ name }) => name),
      extra: extra.map(objectFacts),
      deleted: deleted.map(objectFacts),
    },
  };
};
