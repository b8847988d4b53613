import { countText } from '../../core/amount-text.js';
import { monthlyUp } from '../../core/market/monthly-price.js';
import type { Period, Wei } from '../../core/units.js';
import { liesUnder } from '../../app/files/object-name.js';
import { nameText } from '../../core/visible-text.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { ObjectStanding } from '../../renter/objects/standing.js';
import { showSize } from '../amounts.js';
import type { Outcome } from '../command.js';
import { createFolderTallies, folderHealth, objectHealth, type FolderTally } from './folder-tally.js';
import { listForm, type ListedRow } from './list-columns.js';
import type { Moment } from './moment.js';
import { objectFacts } from './object-facts.js';
import { createObjectList } from './object-list.js';
import type { Terminal } from '../terminal.js';
import { nothingStored } from '../nothing-stored.js';

/** Lines said at once. */
const LINES = 512;

/** What the chain says, where it was asked: how each object stands, and when a period begins. */
export interface Asked {
  readonly moment: Pick<Moment, 'dayOf' | 'periodMilliseconds'>;
  of(object: ObjectRecord): Promise<ObjectStanding>;
}

/** What is listed, and how. */
export interface Listing {
  readonly prefix: string;
  /** All files below, and no folders. */
  readonly recursive: boolean;
  readonly asked?: Asked;
}

/** Says lines, some at once: there may be hundreds of thousands. */
const sayLines = (terminal: Terminal, all: Iterable<string>): void => {
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) terminal.say(lines.join('\n'));
    lines = [];
  };
  for (const line of all) if (lines.push(line) === LINES) flush();
  flush();
};

/** The folder right below `prefix` that an object lies in, with a slash at its end; undefined of one that lies in no such folder. */
const folderOf = (name: string, prefix: string): string | undefined => {
  const folder = prefix.replace(/\/+$/, '');
  const from = folder === '' || name === folder ? 0 : folder.length + 1;
  const at = name.indexOf('/', from);
  return at < 0 || name === folder ? undefined : name.slice(0, at + 1);
};

/** What the chain says of a file or a folder, as columns have it. */
const standingText = (
  { moment }: Asked,
  health: string,
  { until, rent }: { readonly until: Period | undefined; readonly rent: Wei },
): ListedRow['standing'] => ({
  health,
  until: until === undefined ? '' : moment.dayOf(until),
  month: monthlyUp(rent, { periodBlocks: 1 }, moment.periodMilliseconds),
});

const folderRow = (tally: FolderTally, asked: Asked | undefined): ListedRow => {
  const standing = asked && standingText(asked, folderHealth(tally), tally);
  return { state: 'folder', bytes: tally.bytes, shape: { files: tally.files }, ...(standing && { standing }) };
};

/** Says what lies under a prefix, folders first. */
export const sayListing = async (
  terminal: Terminal,
  objects: AsyncIterable<ObjectRecord>,
  { prefix, recursive, asked }: Listing,
): Promise<Outcome> => {
  const form = listForm(terminal.width, asked !== undefined);
  const list = createObjectList(form);
  const folders = createFolderTallies();
  let [files, bytes] = [0, 0];
  for await (const object of objects) {
    if (!liesUnder(object.name, prefix)) continue;
    const standing = await asked?.of(object);
    [files, bytes] = [files + 1, bytes + object.bytes];
    const folder = recursive ? undefined : folderOf(object.name, prefix);
    const isLost = standing !== undefined && standing.kept < object.k && object.state === 'stored';
    if (folder !== undefined) folders.add(folder, object, standing);
    else
      list.add(
        object,
        asked && standing && standingText(asked, objectHealth(object, standing), standing),
        isLost ? standing.kept : undefined,
      );
  }
  if (files === 0) return { text: [nothingStored(prefix)], json: {} };
  const found = folders.all();
  if (form.title !== undefined) terminal.say(form.title);
  sayLines(
    terminal,
    found.map(([name, tally]) => `${form.head(folderRow(tally, asked))}${nameText(name)}`),
  );
  sayLines(terminal, list.lines());
  if (form.title !== undefined) terminal.say(`${countText(files, 'file')}, ${showSize(bytes)}`);
  return { text: [], json: {} };
};

/** The same for programs: each file below the prefix, and the folders right below it. */
export const listingJson = async (objects: AsyncIterable<ObjectRecord>, { prefix, asked }: Listing): Promise<Outcome> => {
  const folders = createFolderTallies();
  const told: Record<string, unknown>[] = [];
  for await (const object of objects) {
    if (!liesUnder(object.name, prefix)) continue;
    const standing = await asked?.of(object);
    const folder = folderOf(object.name, prefix);
    if (folder !== undefined) folders.add(folder, object, standing);
    told.push({ ...objectFacts(object), ...(asked && standing && standingJson(object, standing, asked)) });
  }
  return { text: [], json: { objects: told, folders: folders.all().map(([name, { files, bytes }]) => ({ name, files, bytes })) } };
};

const standingJson = ({ k }: ObjectRecord, { kept, until, rent }: ObjectStanding, { moment }: Asked): Record<string, unknown> => ({
  readable: kept >= k,
  keptShards: kept,
  ...(until !== undefined && { paidUntilPeriod: until, paidUntil: moment.dayOf(until) }),
  weiPerMonth: monthlyUp(rent, { periodBlocks: 1 }, moment.periodMilliseconds),
});
