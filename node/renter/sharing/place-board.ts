import { sectorRoot } from '../../core/data/merkle.js';
import { LEAF_BYTES, leaves, type DealId } from '../../core/units.js';
import type { Board, PlacedManifest } from '../../ports/catalogue-shares.js';
import type { SectorSource } from '../../ports/link.js';
import type { RenterContext, TaskOptions } from '../context.js';
import type { AwaitedCommit } from '../deals/decide-commit.js';
import { proposeRevision } from '../deals/propose-revision.js';
import { lastSectors } from '../pages/last-sectors.js';
import { NEAR_SECTORS } from './board-place.js';
import { writeBoard } from '../../core/data/board.js';

/** A manifest that is to lie in a deal. */
export interface WantedManifest extends Pick<PlacedManifest, 'share' | 'tag' | 'number'> {
  /** Its sector; made when first needed, the same for all deals. Undefined of one that is to stay where it lies, and can be made no more. */
  readonly bytes?: () => Promise<Uint8Array>;
}

const sourceOf = (bytes: Uint8Array): SectorSource => ({
  sector: { root: sectorRoot(bytes), leaves: leaves(bytes.length / LEAF_BYTES) },
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Whether the deal has just these manifests, and its board so near to the end that whoever looks for it finds it. */
const isThere = async ({ catalogue }: RenterContext, board: Board | undefined, wanted: readonly WantedManifest[]): Promise<boolean> => {
  if (board === undefined || board.manifests.length !== wanted.length) return false;
  const numbers = new Map(board.manifests.map(({ share, number }) => [share, number]));
  if (wanted.some(({ share, number }) => numbers.get(share) !== number)) return false;
  const near = await lastSectors(catalogue, board.deal, NEAR_SECTORS);
  return near.some(({ root }) => root === board.sector.root);
};

/** Manifests that the deal has already and still names, by share. */
const stillThere = async ({ catalogue }: RenterContext, board: Board | undefined): Promise<ReadonlyMap<string, PlacedManifest>> => {
  const kept = new Map<string, PlacedManifest>();
  const number = board && (await catalogue.deal(board.deal))?.current?.revision.number;
  if (board === undefined || number === undefined) return kept;
  for (const one of board.manifests) if ((await catalogue.timesNamed(board.deal, number, one.sector.root)) > 0) kept.set(one.share, one);
  return kept;
};

/**
 * Has the provider of a deal keep these manifests, and a board that says where they lie, by one revision; nothing where all is there. What the deal had before
 * counts as freed from then on, and what is new until then: interrupted at any point, no sector stays that nobody knows of. Returns what is awaited of the chain.
 */
export const placeBoard = async (
  context: RenterContext,
  deal: DealId,
  wanted: readonly WantedManifest[],
  task: TaskOptions,
): Promise<AwaitedCommit | undefined> => {
  const { catalogue, links } = context;
  const { signal } = task;
  const board = await catalogue.board(deal);
  if (wanted.length === 0) {
    if (board) await catalogue.putBoard(deal, undefined);
    return undefined;
  }
  if (await isThere(context, board, wanted)) return undefined;
  const record = await catalogue.deal(deal);
  if (record === undefined) return undefined;
  const kept = await stillThere(context, board);
  const sources: SectorSource[] = [];
  const manifests: PlacedManifest[] = [];
  for (const { share, tag, number, bytes } of wanted) {
    const known = kept.get(share);
    if (known?.number === number) {
      manifests.push(known);
      continue;
    }
    if (bytes === undefined) continue;
    const source = sourceOf(await bytes());
    sources.push(source);
    manifests.push({ share, tag, number, sector: source.sector });
  }
  const [tail] = await lastSectors(catalogue, deal, 1);
  const before = board && tail?.root === board.sector.root ? board.before : tail;
  const own = sourceOf(writeBoard(manifests, before));
  sources.push(own);
  await catalogue.putFreed(sources.map(({ sector }) => ({ shard: 0, attempt: 0, deal, sector })));
  const link = await links.to(record.provider, signal);
  for (const source of sources) await link.writeSector(await links.authorize(deal, signal), source, signal);
  const signed = await proposeRevision(context, deal, { append: sources.map(({ sector }) => sector) }, signal);
  if (!signed) return undefined;
  const { number, validUntil } = signed.revision;
  await catalogue.putBoard(deal, { deal, sector: own.sector, manifests, ...(before && { before }) });
  task.report?.({ kind: 'signed', deal, provider: record.provider, number });
  return { deal, number, validUntil };
};
