import type { SectorRef } from '../../core/data/data-set.js';
import type { Board, CatalogueShares } from '../../ports/catalogue-shares.js';
import { catalogueSpaces } from '../layout.js';
import type { Rows } from '../rows/rows.js';

const { share: shares, board: boards, freed } = catalogueSpaces;

const sectorsOf = (board: Board | undefined): readonly SectorRef[] =>
  board ? [board.sector, ...board.manifests.map(({ sector }) => sector)] : [];

/** What a catalogue on `rows` remembers of shares. */
export const sharesOn = (rows: Rows, exclusive: <Result>(task: () => Promise<Result>) => Promise<Result>): CatalogueShares => ({
  async *shares() {
    for await (const [, share] of shares.under(rows)) yield share;
  },
  share: (id) => shares.at(id).read(rows),
  putShare: (share) => exclusive(() => rows.write([shares.at(share.id).put(share)])),
  dropShare: (id) => exclusive(() => rows.write([shares.at(id).drop])),
  async *boards() {
    for await (const [, board] of boards.under(rows)) yield board;
  },
  board: (deal) => boards.at(deal).read(rows),
  putBoard: (deal, board) =>
    exclusive(async () => {
      const former = sectorsOf(await boards.at(deal).read(rows));
      const now = sectorsOf(board);
      const kept = new Set(now.map(({ root }) => root));
      await rows.write([
        board ? boards.at(deal).put(board) : boards.at(deal).drop,
        ...former.flatMap(({ root, leaves }) => (kept.has(root) ? [] : [freed.at(deal, root).put(leaves)])),
        ...now.map(({ root }) => freed.at(deal, root).drop),
      ]);
    }),
});
